/**
 * Limits how many requests each key may make within a minute, exactly, across all processes. A process reserves
 * permits from the shared count in small lots and spends them locally, so that most requests cost no query. The
 * unspent permits of an idle process expire with the minute.
 */

import type { Collection, Db } from 'mongodb';
import type { Types } from 'mongoose';
import { upserting } from '../storage/upserting.ts';
import { currentTimeMs } from '../work/clock.ts';

export const RATE_WINDOW_S = 60;
const WINDOW_MS = RATE_WINDOW_S * 1000;
/** At the full rate a process queries the store this often in a window. */
const LOTS_PER_WINDOW = 60;
const COLLECTION = 'apiKeyRates';

interface Count {
  _id: string;
  taken: number;
  expiresAt: Date;
}

export interface RateState {
  isAllowed: boolean;
  limit: number;
  /** What is left, as far as this process knows. */
  remaining: number;
  resetS: number;
}

export interface RateLimits {
  buildIndexes(): Promise<void>;
  /** Consumes all of the cost or nothing. A cost above the limit counts as the limit: it needs a whole window. */
  consume(key: { _id: Types.ObjectId; ratePerMinute: number }, cost: number): Promise<RateState>;
}

/** One key's window in this process. */
interface Share {
  windowNo: number;
  permits: number;
  /** The shared count when this process last read it. */
  reserved: number;
  asking: Promise<void> | null;
}

export function createRateLimits(db: Db, nowMs: () => number = currentTimeMs): RateLimits {
  const counts: Collection<Count> = db.collection<Count>(COLLECTION);
  const shares = new Map<string, Share>();

  function shareOf(name: string): Share {
    const windowNo = Math.floor(nowMs() / WINDOW_MS);
    const known = shares.get(name);
    if (known?.windowNo === windowNo) return known;
    const fresh: Share = { windowNo, permits: 0, reserved: 0, asking: null };
    shares.set(name, fresh);
    return fresh;
  }

  async function consumeShare(name: string, share: Share, wanted: number, limit: number): Promise<void> {
    const _id = `${name} ${share.windowNo}`;
    const expiresAt = new Date((share.windowNo + 2) * WINDOW_MS);
    // Two processes may begin a window at once.
    const count = await upserting(() =>
      counts.findOneAndUpdate(
        { _id },
        { $inc: { taken: wanted }, $setOnInsert: { expiresAt } },
        { upsert: true, returnDocument: 'after' },
      ),
    );
    const reserved = count?.taken ?? limit;
    share.permits += Math.min(wanted, Math.max(0, limit - (reserved - wanted)));
    share.reserved = reserved;
  }

  return {
    async buildIndexes() {
      await counts.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
    },
    async consume(key, givenCost) {
      const limit = key.ratePerMinute;
      const cost = Math.min(Math.max(givenCost, 1), limit);
      const name = key._id.toHexString();
      for (;;) {
        const share = shareOf(name);
        const isAllowed = share.permits >= cost;
        if (isAllowed || share.reserved >= limit) {
          if (isAllowed) share.permits -= cost;
          return {
            isAllowed,
            limit,
            remaining: Math.max(0, limit - share.reserved) + share.permits,
            resetS: Math.max(1, Math.ceil(((share.windowNo + 1) * WINDOW_MS - nowMs()) / 1000)),
          };
        }
        const wanted = Math.max(cost - share.permits, Math.ceil(limit / LOTS_PER_WINDOW));
        share.asking ??= consumeShare(name, share, wanted, limit).finally(() => {
          share.asking = null;
        });
        await share.asking;
      }
    },
  };
}
