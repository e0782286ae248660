/**
 * Lines of the audit that are written down before a change whose own store cannot keep them: people (their account and
 * their sessions are several documents of the sign-in library) and communities (the network is called in between). If
 * the process ends between the change and its line, the sweep writes the line as not confirmed (ADR 28).
 */
import { type Connection, type Model, Schema } from 'mongoose';
import { askAgain } from '../storage/askAgain.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { currentTime } from '../work/clock.ts';
import type { Audit, AuditLine, NewAuditLine } from './audit.ts';

export interface AuditIntent {
  _id: string;
  lines: AuditLine[];
  /** When the process is taken to have ended before it wrote its lines. */
  dueAt: Date;
}

/** Much longer than a change takes, with the network's calls in it. */
export const CONFIRMED_WITHIN_MS = 5 * 60_000;
const SWEPT_AT_ONCE = 100;

const intentSchema = new Schema<AuditIntent>(
  {
    _id: { type: String, required: true },
    lines: { type: [Schema.Types.Mixed], required: true } as never,
    dueAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'auditIntents', versionKey: false, minimize: false },
);
intentSchema.index({ dueAt: 1 });

export function auditIntentModel(connection: Connection): Model<AuditIntent> {
  return connection.models.AuditIntent ?? connection.model<AuditIntent>('AuditIntent', intentSchema);
}

export interface AuditIntents {
  /** Resolves when the lines are sure to be in the audit one day. Their keys must be those of the final lines. */
  begin(id: string, lines: readonly NewAuditLine[]): Promise<void>;
  /** The lines are written, or nothing was changed. */
  end(id: string): Promise<void>;
  /** Writes the lines of changes that nobody confirmed. A line that was written stays as it is. */
  sweep(now: Date): Promise<void>;
}

export function createAuditIntents({
  auditIntents,
  audit,
}: {
  auditIntents: Model<AuditIntent>;
  audit: Pick<Audit, 'append'>;
}): AuditIntents {
  return {
    async begin(_id, lines) {
      const dueAt = new Date(currentTime().getTime() + CONFIRMED_WITHIN_MS);
      const unconfirmed = lines.map((line) => ({
        ...line,
        details: { ...line.details, isUnconfirmed: true },
      }));
      await askAgain(async () => {
        try {
          await auditIntents.create({ _id, lines: unconfirmed, dueAt });
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
      });
    },
    async end(_id) {
      await auditIntents.deleteOne({ _id });
    },
    async sweep(now) {
      const due = await auditIntents
        .find({ dueAt: { $lte: now } })
        .sort({ dueAt: 1 })
        .limit(SWEPT_AT_ONCE)
        .lean<AuditIntent[]>();
      for (const { _id, lines } of due) {
        for (const line of lines) await audit.append(line as NewAuditLine);
        await auditIntents.deleteOne({ _id });
      }
    },
  };
}
