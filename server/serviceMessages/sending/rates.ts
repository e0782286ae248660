/**
 * Limits how many messages a community hands to its network in one second, over all processes: a counter in the
 * database per community. A process asks for as many as it could send, and gets what is left of the second.
 *
 * A second is only a number that grows: no process compares dates with another. A process begins the next second when
 * it has watched the present one for a second by its own monotonic clock (ADR 19).
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { isDuplicateKey } from '../../storage/database.ts';

export interface SendRate {
  /** The community's id. */
  _id: Types.ObjectId;
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
  reserve(communityId: Types.ObjectId, wanted: number, perSecond: number): Promise<number>;
  /** True when this process knows that this second's rate is spent; reads no database. */
  isSpent(communityId: Types.ObjectId): boolean;
}

/** The present second of a community, as this process knows it. */
interface Watched {
  second: number;
  sinceMs: number;
  isSpent: boolean;
}

const SECOND_MS = 1_000;

export function createRates(
  sendRates: Model<SendRate>,
  clock: () => number = () => performance.now(),
): Rates {
  const watchedBy = new Map<string, Watched>();

  /** The process that begins a second knows its age; others count from the moment at which they see it first. */
  function watch(communityId: Types.ObjectId, second: number): Watched {
    const key = communityId.toHexString();
    const before = watchedBy.get(key);
    if (before?.second === second) return before;
    const watched = { second, sinceMs: clock(), isSpent: false };
    watchedBy.set(key, watched);
    return watched;
  }
  const isOver = ({ sinceMs }: Watched) => clock() - sinceMs >= SECOND_MS;

  return {
    isSpent(communityId) {
      const watched = watchedBy.get(communityId.toHexString());
      return watched ? watched.isSpent && !isOver(watched) : false;
    },
    async reserve(communityId, wanted, perSecond) {
      if (!Number.isFinite(perSecond)) return wanted;
      for (;;) {
        const known = await sendRates.findById(communityId).lean<SendRate>();
        const watched = known && watch(communityId, known.second);
        const isNew = !watched || isOver(watched);
        const second = isNew ? (known?.second ?? 0) + 1 : known!.second;
        const taken = isNew ? 0 : known!.taken;
        const granted = Math.min(wanted, perSecond - taken);
        if (granted <= 0) {
          watched!.isSpent = true;
          return 0;
        }
        const { modifiedCount, upsertedCount } = await sendRates
          .updateOne(
            known
              ? { _id: communityId, second: known.second, taken: known.taken }
              : { _id: communityId, second: { $exists: false } },
            { $set: { second, taken: taken + granted } },
            { upsert: !known },
          )
          .catch((error: unknown) => {
            if (isDuplicateKey(error)) return { modifiedCount: 0, upsertedCount: 0 };
            throw error;
          });
        if (modifiedCount + upsertedCount === 0) continue;
        watch(communityId, second);
        return granted;
      }
    },
  };
}
