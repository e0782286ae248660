/**
 * Decides which process sends which answer. A claim is a lease in the message's `outbox`: `dueAt` becomes its end.
 * The process renews it while it works, so answers of a crashed process pass to others, and a long upload keeps its
 * claim.
 */

import type { Model, Types } from 'mongoose';
import type { Logger } from 'pino';
import { type Backoff, backoffMs } from '../../work/backoff.ts';
import { currentTime, currentTimeMs } from '../../work/clock.ts';
import { dueLease, keepRenewing } from '../../work/lease.ts';
import type { Message } from '../message.model.ts';

export interface ClaimsDeps {
  messages: Model<Message>;
  processId: string;
  logger: Logger;
  leaseMs: number;
}

export interface Claims {
  /** Claims the answer that has been due longest; null when none is due. */
  claim(exceptCommunities: Types.ObjectId[]): Promise<Message | null>;
  /** Renews the claim until it is stopped. */
  keepRenewing(message: Message): { stop(): Promise<void> };
  /** Any process may claim it again at `dueAt`. `isCounted` false: the claim does not count as a try. */
  release(message: Message, dueAt: Date, options?: { isCounted?: boolean }): Promise<void>;
  /** An earlier answer of the same conversation that still waits to be sent. */
  findEarlier(message: Message): Promise<Message | null>;
  /** Makes the next queued answer of the conversation due now, after the one before it has ended. */
  makeNextDue(message: Message): Promise<void>;
  /** Remembers a claim whose work failed, for `releaseDropped`, because the store may be unreachable now. */
  drop(message: Message): void;
  /** Makes dropped answers due again, each after a backoff that grows with its tries. */
  releaseDropped(): Promise<void>;
  /**
   * Releases the claims of an earlier run of this process under the same id. It releases new claims too, so call it
   * before the first claim.
   */
  releaseEarlierRun(): Promise<void>;
}

/** The wait between two tries to send one answer. */
export const answerBackoff: Backoff = { firstMs: 1_000, mostMs: 60_000, jitter: 'equal' };
/** The outbox of an answer: the owner is the process that sends it. */
export const answerLease = dueLease({ dueAt: 'outbox.dueAt', owner: 'outbox.owner' });
/** Ten files of the largest size on a slow connection take less, so a send that takes longer hangs. */
const RENEWED_AT_MOST_MS = 30 * 60_000;
/** A range rather than `$exists`, so that the embedded store uses the outbox's index. */
const isWaiting = { $gt: new Date(0) };
/** This index holds only the conversation's waiting messages; the thread's index holds all of them. */
const waitingOfConversation = { conversationId: 1, 'outbox.dueAt': 1 } as const;

export function createClaims({ messages, processId, logger, leaseMs }: ClaimsDeps): Claims {
  const dropped = new Map<Types.ObjectId, Date>();

  return {
    async claim(exceptCommunities) {
      const { filter, set } = answerLease.claim(processId, leaseMs);
      const claimed = await messages
        .findOneAndUpdate(
          {
            ...filter,
            ...(exceptCommunities.length > 0 ? { communityId: { $nin: exceptCommunities } } : {}),
          },
          { $set: set, $inc: { 'outbox.attempts': 1 } },
          { sort: { 'outbox.dueAt': 1 }, returnDocument: 'after' },
        )
        .lean<Message>();
      return claimed ?? null;
    },

    keepRenewing({ _id }) {
      const renewUntilMs = currentTimeMs() + RENEWED_AT_MOST_MS;
      return keepRenewing({
        everyMs: leaseMs / 3,
        async renew() {
          if (currentTimeMs() > renewUntilMs) return false;
          const { filter, set } = answerLease.renew(processId, leaseMs);
          const { matchedCount } = await messages.updateOne({ _id, ...filter }, { $set: set });
          return matchedCount === 1;
        },
        logFailure: (error) =>
          logger.warn({ err: error, messageId: _id }, 'renewing the claim on an answer failed'),
      });
    },

    async release({ _id }, dueAt, { isCounted = true } = {}) {
      const { filter, set } = answerLease.release(processId, dueAt);
      await messages.updateOne(
        { _id, ...filter },
        { $set: set, ...(isCounted ? {} : { $inc: { 'outbox.attempts': -1 } }) },
      );
    },

    findEarlier: ({ conversationId, seq }) =>
      messages
        .findOne({ conversationId, 'outbox.dueAt': isWaiting, seq: { $lt: seq } })
        .hint(waitingOfConversation)
        .lean<Message>()
        .exec(),

    async makeNextDue({ conversationId }) {
      await messages.findOneAndUpdate(
        { conversationId, 'outbox.dueAt': isWaiting, 'outbox.owner': null, status: 'queued' },
        { $set: { 'outbox.dueAt': currentTime() } },
        { sort: { seq: 1 }, hint: waitingOfConversation, projection: { _id: 1 } },
      );
    },

    drop({ _id, outbox }) {
      const waitMs = backoffMs({ ...answerBackoff, failures: outbox?.attempts ?? 1 });
      dropped.set(_id, new Date(currentTimeMs() + waitMs));
    },

    async releaseDropped() {
      for (const [_id, dueAt] of dropped) {
        const { filter, set } = answerLease.release(processId, dueAt);
        await messages.updateOne({ _id, ...filter }, { $set: set });
        dropped.delete(_id);
      }
    },

    async releaseEarlierRun() {
      const { filter, set } = answerLease.release(processId, currentTime());
      await messages.updateMany(filter, { $set: set });
    },
  };
}
