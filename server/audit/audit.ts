/**
 * Who did what to what, line after line. Nothing here changes or removes a line; a line's key is chosen by who writes
 * it, so that repeating a half-done step adds it once.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { AuditAction, DetailOf, DetailValue } from '../../shared/schemas/auditActions.ts';
import { isDuplicateKey } from '../storage/database.ts';

export interface AuditLine {
  /** The same fact has the same key, however often it is told: `template:<id>:<revision>`. */
  _id: string;
  companyId: Types.ObjectId;
  at: Date;
  /** Null when the desk itself did it. */
  personId: string | null;
  personName: string;
  /** `template.approved`: the kind of thing, then what happened to it. */
  action: string;
  subject: { kind: string; id: string; name: string };
  /** Plain values that say more: a version's number, a reason. Never a client's words or phone. */
  details: Record<string, DetailValue>;
}

/** A line as it is written: its action and details stand in the table that has words for all of them. */
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
  /** Safe to repeat: a line that is there already stays as it is. */
  append<Action extends AuditAction>(line: NewAuditLine<Action>): Promise<void>;
  /** The newest first. */
  linesAbout(companyId: Types.ObjectId, subjectId: string, limit: number): Promise<AuditLine[]>;
}

export function createAudit(lines: Model<AuditLine>): Audit {
  return {
    async append(line) {
      try {
        await lines.create(line);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    linesAbout: (companyId, subjectId, limit) =>
      lines
        .find({ companyId, 'subject.id': subjectId })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .lean<AuditLine[]>(),
  };
}
