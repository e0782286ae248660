/**
 * Who sends which answer. A message is its own outbox row: a claim moves `outbox.dueAt` past a lease and is held on
 * to while the work lasts, so a process that dies hands its answers on by doing nothing, and a long upload does not.
 */
import type { Model, Types } from 'mongoose';
import type { Logger } from 'pino';
import { type Backoff, backoffMs } from '../../work/backoff.ts';
import type { Message } from '../message.model.ts';

export interface ClaimsParts {
  messages: Model<Message>;
  processId: string;
  logger: Logger;
  leaseMs: number;
}

export interface Claims {
  /** The answer that has been due longest, ours until it is let go; null when nothing is due. */
  claim(exceptCommunities: Types.ObjectId[]): Promise<Message | null>;
  /** Renews the claim until the returned function is called. */
  hold(message: Message): () => void;
  /** Gives the claim back: somebody takes it up at `dueAt`. A claim that is not counted did not try to send. */
  letGo(message: Message, dueAt: Date, options?: { isCounted?: boolean }): Promise<void>;
  /** An earlier answer of the same conversation that still waits to be sent. */
  findEarlier(message: Message): Promise<Message | null>;
  /** The next of the conversation need not wait any longer for the one before it. */
  releaseNext(message: Message): Promise<void>;
  /** Remembers a claim whose work failed, for `takeUp`: the store may be away and not hear of it now. */
  drop(message: Message): void;
  /** Makes what was dropped due again, each after a wait that grows with its tries. */
  takeUp(): Promise<void>;
  /** A process that comes back under its own name takes up at once what it let fall. */
  takeUpEarlierLife(): Promise<void>;
}

/** Between two tries to send one answer. */
export const answerBackoff: Backoff = { firstMs: 1_000, mostMs: 60_000, jitter: 'equal' };
/** Ten files of the largest size on a slow line take less: whoever holds on longer hangs, and is not believed. */
const HELD_MOST_MS = 30 * 60_000;
/** A range rather than `$exists`: it is what makes the embedded store walk the outbox's own index. */
const isWaiting = { $gt: new Date(0) };
/** As small as what waits of one conversation, where the thread's own index would be as long as the thread. */
const waitingOfConversation = { conversationId: 1, 'outbox.dueAt': 1 } as const;

export function createClaims({ messages, processId, logger, leaseMs }: ClaimsParts): Claims {
  const dropped = new Map<Types.ObjectId, Date>();
  const leaseEnd = () => new Date(Date.now() + leaseMs);
  const mine = { 'outbox.owner': processId, 'outbox.dueAt': isWaiting };

  return {
    async claim(exceptCommunities) {
      const claimed = await messages
        .findOneAndUpdate(
          {
            'outbox.dueAt': { $gt: new Date(0), $lte: new Date() },
            ...(exceptCommunities.length > 0 ? { communityId: { $nin: exceptCommunities } } : {}),
          },
          {
            $set: { 'outbox.dueAt': leaseEnd(), 'outbox.owner': processId },
            $inc: { 'outbox.attempts': 1 },
          },
          { sort: { 'outbox.dueAt': 1 }, returnDocument: 'after' },
        )
        .lean<Message>();
      return claimed ?? null;
    },

    hold({ _id }) {
      const heldUntilMs = Date.now() + HELD_MOST_MS;
      const renew = () => {
        if (Date.now() > heldUntilMs) return clearInterval(renewing);
        messages
          .updateOne({ _id, ...mine }, { $set: { 'outbox.dueAt': leaseEnd() } })
          .catch((error: unknown) =>
            logger.warn({ err: error, messageId: _id }, 'the claim on an answer could not be renewed'),
          );
      };
      const renewing = setInterval(renew, leaseMs / 3);
      return () => clearInterval(renewing);
    },

    async letGo({ _id }, dueAt, { isCounted = true } = {}) {
      await messages.updateOne(
        { _id, ...mine },
        {
          $set: { 'outbox.dueAt': dueAt, 'outbox.owner': null },
          ...(isCounted ? {} : { $inc: { 'outbox.attempts': -1 } }),
        },
      );
    },

    findEarlier: ({ conversationId, seq }) =>
      messages
        .findOne({ conversationId, 'outbox.dueAt': isWaiting, seq: { $lt: seq } })
        .hint(waitingOfConversation)
        .lean<Message>()
        .exec(),

    async releaseNext({ conversationId }) {
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

    async takeUp() {
      for (const [_id, dueAt] of dropped) {
        await messages.updateOne({ _id, ...mine }, { $set: { 'outbox.dueAt': dueAt, 'outbox.owner': null } });
        dropped.delete(_id);
      }
    },

    async takeUpEarlierLife() {
      await messages.updateMany(mine, { $set: { 'outbox.dueAt': new Date(), 'outbox.owner': null } });
    },
  };
}
