/** One row per token that was called lately: `plan.ts` says what its times mean. */
import { type Connection, type Model, Schema } from 'mongoose';
import type { BudgetRow } from './plan.ts';

export interface CallBudget extends BudgetRow {
  /** A blind index of the token. */
  _id: string;
  /** Grows with each write; a write names the one that it read. */
  rev: number;
  /** The database's time of the last write. */
  at: Date;
}

const UNUSED_S = 24 * 3600;

const callBudgetSchema = new Schema<CallBudget>(
  {
    _id: { type: String, required: true },
    rev: { type: Number, required: true },
    at: { type: Date, required: true },
    nextAtMs: { type: Number, required: true },
    readingAtMs: { type: Number, required: true },
    slowUntilMs: { type: Number, required: true },
  },
  { strict: 'throw', collection: 'callBudgets', versionKey: false },
);
callBudgetSchema.index({ at: 1 }, { expireAfterSeconds: UNUSED_S });

export function callBudgetModel(connection: Connection): Model<CallBudget> {
  return connection.models.CallBudget ?? connection.model<CallBudget>('CallBudget', callBudgetSchema);
}
