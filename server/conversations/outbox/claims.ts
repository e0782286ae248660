/**
 * Which process sends which answer. A message is its own outbox row: a claim moves `outbox.dueAt` to the lease's end and
 * is renewed while the work lasts. A process that dies so hands its answers on, and a long upload does not.
 */
import type { Model, Types } from 'mongoose';
import type { Logger } from 'pino';
import { type Backoff, backoffMs } from '../../work/backoff.ts';
import { dueLease, keepRenewing } from '../../work/lease.ts';
import type { Message } from '../message.model.ts';

export interface ClaimsDeps {
  messages: Model<Message>;
  processId: string;
  logger: Logger;
  leaseMs: number;
}

export interface Claims {
  /** The answer that has been due longest, ours until it is let go; null when nothing is due. */
  claim(exceptCommunities: Types.ObjectId[]): Promise<Message | null>;
  /** Renews the claim until it is stopped. */
  keepRenewing(message: Message): { stop(): Promise<void> };
  /** Any process may claim it again at `dueAt`. A claim that is not counted did not try to send. */
  release(message: Message, dueAt: Date, options?: { isCounted?: boolean }): Promise<void>;
  /** An earlier answer of the same conversation that still waits to be sent. */
  findEarlier(message: Message): Promise<Message | null>;
  /** The next of the conversation need not wait any longer for the one before it. */
  makeNextDue(message: Message): Promise<void>;
  /** Remembers a claim whose work failed, for `releaseDropped`: the store may be away and not hear of it now. */
  drop(message: Message): void;
  /** Makes what was dropped due again, each after a wait that grows with its tries. */
  releaseDropped(): Promise<void>;
  /**
   * Releases what this process claimed before it was started again under the same name. It releases new claims too, so
   * call it before the first.
   */
  releaseEarlierLife(): Promise<void>;
}

/** Between two tries to send one answer. */
export const answerBackoff: Backoff = { firstMs: 1_000, mostMs: 60_000, jitter: 'equal' };
/** The outbox of an answer: the owner is the process that sends it. */
export const answerLease = dueLease({ dueAt: 'outbox.dueAt', owner: 'outbox.owner' });
/** Ten files of the largest size on a slow line take less: a sender that works for longer hangs. */
const KEPT_MOST_MS = 30 * 60_000;
/** A range rather than `$exists`: it is what makes the embedded store walk the outbox's own index. */
const isWaiting = { $gt: new Date(0) };
/** As small as what waits of one conversation, where the thread's own index would be as long as the thread. */
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
      const keptUntilMs = Date.now() + KEPT_MOST_MS;
      return keepRenewing({
        everyMs: leaseMs / 3,
        async renew() {
          if (Date.now() > keptUntilMs) return false;
          const { filter, set } = answerLease.renew(processId, leaseMs);
          const { matchedCount } = await messages.updateOne({ _id, ...filter }, { $set: set });
          return matchedCount === 1;
        },
        logFailure: (error) =>
          logger.warn({ err: error, messageId: _id }, 'the claim on an answer could not be renewed'),
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
        { $set: { 'outbox.dueAt': new Date() } },
        { sort: { seq: 1 }, hint: waitingOfConversation, projection: { _id: 1 } },
      );
    },

    drop({ _id, outbox }) {
      const waitMs = backoffMs({ ...answerBackoff, failures: outbox?.attempts ?? 1 });
      dropped.set(_id, new Date(Date.now() + waitMs));
    },

    async releaseDropped() {
      for (const [_id, dueAt] of dropped) {
        const { filter, set } = answerLease.release(processId, dueAt);
        await messages.updateOne({ _id, ...filter }, { $set: set });
        dropped.delete(_id);
      }
    },

    async releaseEarlierLife() {
      const { filter, set } = answerLease.release(processId, new Date());
      await messages.updateMany(filter, { $set: set });
    },
  };
}
