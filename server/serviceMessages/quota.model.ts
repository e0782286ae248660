/** N7's counter: per sending community and phone, the units taken, each under its message's id. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface QuotaUnit {
  messageId: Types.ObjectId;
  takenAt: Date;
  /** When the message was handed to the network; null while it waits, and then the unit does not age. */
  sentAt: Date | null;
  /** The latest moment at which a waiting message may still be sent. */
  sentBy: Date;
}

export interface Quota {
  /** `<community id>:<blind index of the phone>` */
  _id: string;
  units: QuotaUnit[];
  /** When to look whether each waiting unit has a message; absent when none waits. */
  checkAt?: Date;
  /** When a unit was last taken. */
  touchedAt: Date;
}

/**
 * Since the last unit was taken. A message is planned at most 30 days ahead, waits a night for quiet hours, lives a day,
 * and its unit counts a day from its sending: 33 days.
 */
const keptIdleS = 34 * 24 * 3600;

const quotaSchema = new Schema<Quota>(
  {
    _id: { type: String, required: true },
    units: { type: [Schema.Types.Mixed], required: true } as never,
    checkAt: Date,
    touchedAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'quota', versionKey: false },
);
quotaSchema.index({ checkAt: 1 }, { partialFilterExpression: { checkAt: { $exists: true } } });
quotaSchema.index({ touchedAt: 1 }, { expireAfterSeconds: keptIdleS });

export function quotaModel(connection: Connection): Model<Quota> {
  return connection.models.Quota ?? connection.model<Quota>('Quota', quotaSchema);
}
