/** The daily quota's counter (N7): the reserved units per sending community and phone, each with its message's id. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface QuotaUnit {
  messageId: Types.ObjectId;
  takenAt: Date;
  /** When the message was handed to the network. Null while it waits: such a unit does not leave the window. */
  sentAt: Date | null;
  /** The latest moment at which a waiting message may still be sent. */
  sentBy: Date;
}

export interface Quota {
  /** `<community id>:<blind index of the phone>` */
  _id: string;
  units: QuotaUnit[];
  /** When the sweep checks that each waiting unit has a message; absent when no unit waits. */
  checkAt?: Date;
  /** When a unit was last reserved. */
  touchedAt: Date;
}

/**
 * Counted from the last reservation. A message is scheduled at most 30 days ahead and may wait a night for quiet
 * hours. Its TTL is at most a day, and its unit counts for a day after sending: 33 days.
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
