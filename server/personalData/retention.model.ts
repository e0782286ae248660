/** Retention periods that administrators set, and how far the sweep has come. One document per company. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { RetentionPeriods } from '../../shared/schemas/personalData.ts';

export interface Retention {
  /** The company. */
  _id: Types.ObjectId;
  periods?: RetentionPeriods;
  revision: number;
  /** One process sweeps at a time; two would do no harm. */
  leaseUntil?: Date | null;
  sweptBy?: Types.ObjectId | null;
  sweptAt?: Date;
  /** The sweep has handled everything up to these ids. */
  messagesUpTo?: Types.ObjectId;
  /** Messages up to there that could not be emptied; each sweep tries them again. */
  messagesFailed?: Types.ObjectId[];
  mailingsUpTo?: Types.ObjectId | null;
}

const retentionSchema = new Schema<Retention>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    periods: Schema.Types.Mixed,
    revision: { type: Number, required: true },
    leaseUntil: Date,
    sweptBy: Schema.Types.ObjectId,
    sweptAt: Date,
    messagesUpTo: Schema.Types.ObjectId,
    messagesFailed: { type: [Schema.Types.ObjectId], default: undefined } as never,
    mailingsUpTo: Schema.Types.ObjectId,
  },
  { strict: 'throw', collection: 'retention', versionKey: false, minimize: false },
);

export function retentionModel(connection: Connection): Model<Retention> {
  return connection.models.Retention ?? connection.model<Retention>('Retention', retentionSchema);
}
