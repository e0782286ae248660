/** Adds a message's transitions to its notices. Safe to repeat: each transition is added once. */

import type { Model, Types } from 'mongoose';
import type { StatusOutbox } from '../serviceMessages/statuses/statusOutbox.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { currentTime } from '../work/clock.ts';
import type { StatusNotices } from './statusNotices.model.ts';

/** After a day a notice is given up; the log and the API still show every status. */
export const NOTICE_KEPT_TRYING_MS = 24 * 3_600_000;

export interface OutboxDeps {
  notices: Model<StatusNotices>;
  /** The address for a key's notices; null when it has none. */
  statusUrlOf(keyId: Types.ObjectId): Promise<string | null>;
  /** Wakes the sender: a notice is due. */
  wake(): void;
}

export function createStatusOutbox({ notices, statusUrlOf, wake }: OutboxDeps): StatusOutbox {
  return {
    async enqueue(
      { _id, companyId, keyId, clientMessageId, statusUrl, callbackData },
      { sequence, status, at, code },
    ) {
      const url = keyId && (statusUrl ?? (await statusUrlOf(keyId)));
      if (!url) return;
      const now = currentTime();
      const transition = {
        sequence,
        status,
        at,
        code,
        state: 'waiting' as const,
        attempts: 0,
        nextAttemptAt: now,
        giveUpAt: new Date(now.getTime() + NOTICE_KEPT_TRYING_MS),
        url,
        log: [],
      };
      const add = (upsert: boolean) =>
        notices.updateOne(
          { _id, 'moves.sequence': { $ne: sequence } },
          {
            $setOnInsert: {
              companyId,
              keyId,
              clientMessageId,
              statusUrl,
              callbackData,
              leaseUntil: null,
              claimId: null,
            },
            $push: { moves: { $each: [transition], $sort: { sequence: 1 } } },
            // Keeps backoff and lease: the process that claims the message reads each transition's own state.
            $min: { dueAt: now },
            $set: { updatedAt: now },
            $inc: { revision: 1 },
            $unset: { expireAt: 1 },
          },
          { upsert },
        );
      try {
        await add(true);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // The document exists: this transition is a repeat, or another transition has just created it.
        await add(false);
      }
      wake();
    },
  };
}
