/**
 * Sends queued answers. A message is its own outbox row: it is claimed by moving `outbox.dueAt` past a lease, so a
 * process that dies hands it to another by doing nothing. One conversation's answers go out strictly in order.
 * A claim that finds the message `sending` or `unknown` means that an earlier try may have reached the network:
 * it is looked up there before anything is sent again.
 */

import type { Model, Types } from 'mongoose';
import type { Logger } from 'pino';
import type { FailureCode } from '../../shared/errorCodes.ts';
import type { Rows } from '../conversations/rows.ts';
import type { Message } from '../messages/message.model.ts';
import type { CommunityRef } from '../messages/networkEvent.ts';
import type { Thread } from '../messages/thread.ts';
import type { UploadStore } from '../uploads/uploadStore.ts';
import { backoffMs } from './backoff.ts';
import type { Channel, OutgoingFile, SendOutcome } from './channel.ts';
import { recordSent } from './recordSent.ts';

export interface AnswerSenderParts {
  messages: Model<Message>;
  rows: Rows;
  thread: Thread;
  uploads: UploadStore;
  channelFor(community: CommunityRef): Channel;
  communityOf(communityId: Types.ObjectId): Promise<CommunityRef | null>;
  processId: string;
  logger: Logger;
  timing?: Partial<SenderTiming>;
}

export interface SenderTiming {
  /** A claim holds this long; must be longer than one call to a network with its uploads may take. */
  leaseMs: number;
  /** How often a process looks for what others queued or let go of. */
  pollMs: number;
  /** An answer that could not be sent for this long fails, and the agent decides. */
  giveUpMs: number;
}

const defaultTiming: SenderTiming = { leaseMs: 60_000, pollMs: 500, giveUpMs: 10 * 60_000 };
const PARALLEL_SENDS = 16;

export interface AnswerSender {
  wake(): void;
  /** True once it has looked for work, until it is stopped. */
  isRunning(): boolean;
  /** Lets the sends under way finish. */
  stop(): Promise<void>;
}

export function startAnswerSender(parts: AnswerSenderParts): AnswerSender {
  const timing = { ...defaultTiming, ...parts.timing };
  const { messages, thread, logger } = parts;
  const underWay = new Set<Promise<void>>();
  let isStopping = false;
  let isLooking = false;
  let lookAgain = false;
  let hasLooked = false;

  async function claim(): Promise<{ message: Message; before: Message } | null> {
    const now = new Date();
    const before = await messages
      .findOneAndUpdate(
        { 'outbox.dueAt': { $lte: now } },
        {
          $set: { 'outbox.dueAt': new Date(now.getTime() + timing.leaseMs), 'outbox.owner': parts.processId },
          $inc: { 'outbox.attempts': 1 },
        },
        { sort: { 'outbox.dueAt': 1 }, returnDocument: 'before' },
      )
      .lean<Message>();
    if (!before?.outbox) return null;
    return {
      before,
      message: { ...before, outbox: { ...before.outbox, attempts: before.outbox.attempts + 1 } },
    };
  }

  /** Claims until nothing is due or enough is under way; a finished send looks again. */
  async function look(): Promise<void> {
    if (isLooking) {
      lookAgain = true;
      return;
    }
    isLooking = true;
    try {
      do {
        lookAgain = false;
        while (!isStopping && underWay.size < PARALLEL_SENDS) {
          const claimed = await claim();
          if (!claimed) break;
          const work = process(claimed.message)
            .catch((error: unknown) => {
              logger.error(
                { err: error, messageId: claimed.message._id },
                'sending an answer failed; its lease will hand it on',
              );
            })
            .finally(() => {
              underWay.delete(work);
              void look();
            });
          underWay.add(work);
        }
      } while (lookAgain && !isStopping);
      hasLooked = true;
    } catch (error) {
      logger.warn({ err: error }, 'looking for answers to send failed');
    } finally {
      isLooking = false;
    }
  }

  async function process(message: Message): Promise<void> {
    const earlier = await messages
      .findOne({
        conversationId: message.conversationId,
        'outbox.dueAt': { $exists: true },
        seq: { $lt: message.seq },
      })
      .lean<Message>();
    if (earlier) {
      // Its turn comes when the earlier one has left the outbox; no try is counted.
      const dueAt = new Date(
        Math.max(Date.now() + 50, Math.min(earlier.outbox?.dueAt.getTime() ?? 0, Date.now() + 1_000)),
      );
      await messages.updateOne(
        { _id: message._id, 'outbox.owner': parts.processId },
        { $set: { 'outbox.dueAt': dueAt }, $inc: { 'outbox.attempts': -1 } },
      );
      return;
    }
    const community = await parts.communityOf(message.communityId);
    if (!community) return fail(message, { code: 'communityStopped', networkCode: null, isRetryable: true });
    const channel = parts.channelFor(community);

    if (message.status === 'sending' || message.status === 'unknown') {
      const found = await channel.findSent(community, {
        peerId: message.peerId,
        randomId: message.randomId ?? 0,
        text: message.text,
        since: message.createdAt,
      });
      if (found.kind === 'found') {
        await recordSent(parts, message, {
          externalId: found.externalId,
          position: found.position,
          source: 'lookup',
        });
        return;
      }
      if (found.kind === 'unknown') return retryLater(message, null, null);
    } else {
      const moved = await thread.amend(
        { _id: message._id, status: 'queued' },
        {
          $set: { status: 'sending' },
          $push: { statusHistory: { status: 'sending', at: new Date(), source: 'desk' } },
        },
      );
      if (!moved) return;
    }
    await settle(message, await channel.send(community, await toOutgoing(message)));
  }

  async function toOutgoing(message: Message) {
    const uploads = await parts.uploads.find(message.uploadIds);
    return {
      peerId: message.peerId,
      randomId: message.randomId ?? 0,
      text: message.text,
      replyToExternalId: message.replyTo?.externalId ?? null,
      files: uploads.map(
        (upload): OutgoingFile => ({
          kind: upload.kind,
          fileName: upload.fileName,
          contentType: upload.contentType,
          sizeBytes: upload.sizeBytes,
          open: () => parts.uploads.open(upload._id),
        }),
      ),
    };
  }

  async function settle(message: Message, outcome: SendOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'sent':
        await recordSent(parts, message, { ...outcome, source: 'send' });
        return;
      case 'refused':
        return fail(message, outcome);
      case 'communityStopped':
        return fail(message, {
          code: 'communityStopped',
          networkCode: outcome.networkCode,
          isRetryable: true,
        });
      case 'later':
        return retryLater(message, outcome.afterMs, 'queued');
      case 'unknown':
        return retryLater(message, null, 'unknown');
    }
  }

  async function fail(
    message: Message,
    failure: { code: FailureCode; networkCode: number | null; isRetryable: boolean },
  ): Promise<void> {
    const { code, networkCode, isRetryable } = failure;
    await thread.amend(
      { _id: message._id, 'outbox.owner': parts.processId },
      {
        $set: { status: 'failed', failure: { code, networkCode, isRetryable } },
        $unset: { outbox: 1 },
        $push: {
          statusHistory: {
            status: 'failed',
            at: new Date(),
            source: 'send',
            ...(networkCode === null ? {} : { networkCode }),
          },
        },
      },
    );
  }

  /** `status` null keeps what it is. */
  async function retryLater(
    message: Message,
    afterMs: number | null,
    status: 'queued' | 'unknown' | null,
  ): Promise<void> {
    const isOverdue = Date.now() - message.createdAt.getTime() > timing.giveUpMs;
    // What may have been sent is never given up on by itself: it stays unknown and is looked up again.
    if (isOverdue && status === 'queued') {
      return fail(message, { code: 'networkUnreachable', networkCode: null, isRetryable: true });
    }
    const dueAt = new Date(Date.now() + (afterMs ?? backoffMs(message.outbox?.attempts ?? 1)));
    const mine = { _id: message._id, 'outbox.owner': parts.processId };
    if (status === null) {
      await messages.updateOne(mine, { $set: { 'outbox.dueAt': dueAt } });
      return;
    }
    await thread.amend(mine, {
      $set: { status, 'outbox.dueAt': dueAt },
      $push: { statusHistory: { status, at: new Date(), source: 'send' } },
    });
  }

  /** A process that comes back under its own name takes up at once what it let fall. */
  const takeUp = messages
    .updateMany(
      // A range, because it is what makes the embedded store walk the outbox's own index.
      { 'outbox.dueAt': { $gt: new Date(0) }, 'outbox.owner': parts.processId },
      { $set: { 'outbox.dueAt': new Date() } },
    )
    .catch((error: unknown) =>
      logger.warn({ err: error }, 'own claims were not taken up; their leases will end'),
    );

  const poll = setInterval(() => void look(), timing.pollMs);
  void takeUp.then(look);
  return {
    wake: () => void look(),
    isRunning: () => hasLooked && !isStopping,
    async stop() {
      isStopping = true;
      clearInterval(poll);
      await Promise.allSettled(underWay);
    },
  };
}
