/** Puts a message's moves into its notices: each once, whoever tells it and however often. */
import type { Model, Types } from 'mongoose';
import type { StatusOutbox } from '../serviceMessages/statusOutbox.ts';
import { isDuplicateKey } from '../storage/database.ts';
import type { StatusNotices } from './statusNotices.model.ts';

/** A target that is away for a day has other troubles; the log and the API still know every status. */
export const NOTICE_KEPT_TRYING_MS = 24 * 3_600_000;

export interface OutboxDeps {
  notices: Model<StatusNotices>;
  /** The address of a key; null when it has none. */
  statusUrlOf(keyId: Types.ObjectId): Promise<string | null>;
  /** There is something to send. */
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
      const now = new Date();
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
            // A message in its backoff or in somebody's hands stays there: who claims it looks at the moves themselves.
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
        // The document is there: with this move, which is a repeat, or made by another move a moment ago.
        await add(false);
      }
      wake();
    },
  };
}
