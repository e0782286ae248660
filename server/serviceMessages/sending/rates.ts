/**
 * Limits how many messages a community hands to its network in one second, over all processes: a counter in the
 * database per community. A process asks for as many as it could send, and gets what is left of the second.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { isDuplicateKey } from '../../storage/database.ts';

export interface SendRate {
  /** The community's id. */
  _id: Types.ObjectId;
  /** Whole seconds since 1970. */
  second: number;
  taken: number;
}

const sendRateSchema = new Schema<SendRate>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    second: { type: Number, required: true },
    taken: { type: Number, required: true },
  },
  { strict: 'throw', collection: 'sendRates', versionKey: false },
);

export function sendRateModel(connection: Connection): Model<SendRate> {
  return connection.models.SendRate ?? connection.model<SendRate>('SendRate', sendRateSchema);
}

export interface Rates {
  /** Returns how many of `wanted` may be sent now; the rest waits for the next second. */
  reserve(communityId: Types.ObjectId, wanted: number, perSecond: number, now?: Date): Promise<number>;
  /** True when this process knows that this second's rate is spent; reads no database. */
  isSpent(communityId: Types.ObjectId, now?: Date): boolean;
}

export function createRates(sendRates: Model<SendRate>): Rates {
  /** By community, the last second whose rate was spent. A spent second stays spent. */
  const spent = new Map<string, number>();
  const secondOf = (now: Date) => Math.floor(now.getTime() / 1000);

  return {
    isSpent: (communityId, now = new Date()) => spent.get(communityId.toHexString()) === secondOf(now),
    async reserve(communityId, wanted, perSecond, now = new Date()) {
      if (!Number.isFinite(perSecond)) return wanted;
      const second = secondOf(now);
      for (;;) {
        const known = await sendRates.findById(communityId).lean<SendRate>();
        // Another process's clock is ahead: wait until its second has passed.
        if (known && known.second > second) return 0;
        const taken = known?.second === second ? known.taken : 0;
        const granted = Math.min(wanted, perSecond - taken);
        if (granted <= 0) {
          spent.set(communityId.toHexString(), second);
          return 0;
        }
        const next = { second, taken: taken + granted };
        const { modifiedCount, upsertedCount } = await sendRates
          .updateOne(
            known
              ? { _id: communityId, second: known.second, taken: known.taken }
              : { _id: communityId, second: { $exists: false } },
            { $set: next },
            { upsert: !known },
          )
          .catch((error: unknown) => {
            if (isDuplicateKey(error)) return { modifiedCount: 0, upsertedCount: 0 };
            throw error;
          });
        if (modifiedCount + upsertedCount > 0) return granted;
      }
    },
  };
}
