/**
 * The audit: one line per action of a person, with its subject. No code here changes or removes a line. The writer
 * chooses the line's key, so that repeating a half-done step adds the line once.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { AuditAction, DetailOf, DetailValue } from '../../shared/schemas/auditActions.ts';
import { askAgain } from '../storage/askAgain.ts';
import { isDuplicateKey } from '../storage/database.ts';

export interface AuditLine {
  /** The same fact always has the same key: `template:<id>:<revision>`. */
  _id: string;
  companyId: Types.ObjectId;
  at: Date;
  /** Null when the desk itself did it. */
  personId: string | null;
  personName: string;
  /** `template.approved`: the kind of subject, then what happened to it. */
  action: string;
  subject: { kind: string; id: string; name: string };
  /** Plain values with more detail: a version's number, a reason. Never a client's text or phone. */
  details: Record<string, DetailValue>;
}

/** A line to be written: its action and details are in the table that has a label for each of them. */
export interface NewAuditLine<Action extends AuditAction = AuditAction>
  extends Omit<AuditLine, 'action' | 'details'> {
  action: Action;
  details: DetailsOf<Action>;
}
export type DetailsOf<Action extends AuditAction> = { [Detail in DetailOf<Action>]?: DetailValue };

const auditSchema = new Schema<AuditLine>(
  {
    _id: { type: String, required: true },
    companyId: { type: Schema.Types.ObjectId, required: true },
    at: { type: Date, required: true },
    personId: { type: String, default: null },
    personName: { type: String, required: true },
    action: { type: String, required: true },
    subject: {
      kind: { type: String, required: true },
      id: { type: String, required: true },
      name: { type: String, required: true },
    },
    details: { type: Schema.Types.Mixed, required: true },
  },
  { strict: 'throw', collection: 'audit', versionKey: false, minimize: false },
);
auditSchema.index({ companyId: 1, at: -1, _id: -1 });
auditSchema.index({ companyId: 1, personId: 1, at: -1, _id: -1 });
auditSchema.index({ companyId: 1, 'subject.kind': 1, at: -1, _id: -1 });
auditSchema.index({ 'subject.id': 1, at: -1 });

export function auditModel(connection: Connection): Model<AuditLine> {
  return connection.models.AuditLine ?? connection.model<AuditLine>('AuditLine', auditSchema);
}

export interface Audit {
  /** Safe to repeat: an existing line stays as it is. */
  append<Action extends AuditAction>(line: NewAuditLine<Action>): Promise<void>;
  /** The newest first. */
  linesAbout(companyId: Types.ObjectId, subjectId: string, limit: number): Promise<AuditLine[]>;
}

export function createAudit(lines: Model<AuditLine>): Audit {
  return {
    async append(line) {
      await askAgain(async () => {
        try {
          await lines.create(line);
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
      });
    },
    linesAbout: (companyId, subjectId, limit) =>
      lines
        .find({ companyId, 'subject.id': subjectId })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .lean<AuditLine[]>(),
  };
}
