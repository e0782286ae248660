/**
 * Sends one claimed answer. It waits for earlier answers of its conversation, is looked up in the network if an
 * earlier try may have sent it, and is sent. Its status and history record each step, so another process can go on
 * after a crash.
 */

import type { Model, Types } from 'mongoose';
import type { FailureCode } from '../../../shared/errorCodes.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { UploadStore } from '../../uploads/uploadStore.ts';
import { backoffMs } from '../../work/backoff.ts';
import { currentTime, currentTimeMs } from '../../work/clock.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import { countQuestionAgain, searchAgain } from '../list/threadMarks.ts';
import type { Message } from '../message.model.ts';
import { ratingButtons } from '../rating/ratingButtons.ts';
import type { Thread } from '../thread/thread.ts';
import type { Channel, OutgoingFile, OutgoingMessage, SendOutcome } from './channel.ts';
import { answerBackoff, answerLease, type Claims } from './claims.ts';
import { recordSent } from './recordSent.ts';
import { mayHaveBeenSent, queuedAt } from './sendHistory.ts';

export interface SendAnswerDeps {
  messages: Model<Message>;
  conversationStore: ConversationStore;
  thread: Thread;
  uploads: UploadStore;
  claims: Claims;
  channelFor(community: CommunityRef): Channel;
  communityOf(communityId: Types.ObjectId): Promise<CommunityRef | null>;
  processId: string;
  giveUp: GiveUp;
}

/** An answer fails after this time and this many tries; the agent may try again. */
export interface GiveUp {
  afterMs: number;
  afterAttempts: number;
}

interface Failure {
  code: FailureCode;
  networkCode: number | null;
  isRetryable: boolean;
  /** `send`: the network refused it. `desk`: we stopped trying, and what the network did stays unknown. */
  source: 'send' | 'desk';
}

/** Wait behind an earlier answer. Its process makes this one due at once; the wait matters only after a crash. */
const BEHIND_WAIT_MS = { least: 50, most: 5_000 };

export function createSendAnswer(deps: SendAnswerDeps): (message: Message) => Promise<void> {
  const { thread, claims, giveUp } = deps;
  const claimOf = ({ _id }: Message) => ({ _id, ...answerLease.heldBy(deps.processId) });

  async function sendAnswer(message: Message): Promise<void> {
    const earlier = await claims.findEarlier(message);
    if (earlier) {
      const waitMs = (earlier.outbox?.dueAt.getTime() ?? 0) - currentTimeMs();
      const { least, most } = BEHIND_WAIT_MS;
      const dueAt = new Date(currentTimeMs() + Math.min(most, Math.max(least, waitMs)));
      return claims.release(message, dueAt, { isCounted: false });
    }
    const community = await deps.communityOf(message.communityId);
    if (!community) return fail(message, stopped(null, 'desk'));
    const channel = deps.channelFor(community);

    if (mayHaveBeenSent(message)) {
      const lookup = await channel.findSent(community, {
        peerId: message.peerId,
        randomId: message.randomId ?? 0,
        text: message.text,
        since: message.createdAt,
      });
      if (lookup.kind === 'found') {
        const { externalId, position } = lookup;
        await recordSent(deps, message, { externalId, position, source: 'lookup' });
        return claims.makeNextDue(message);
      }
      if (lookup.kind === 'communityStopped') return fail(message, stopped(lookup.networkCode, 'desk'));
      if (lookup.kind === 'unknown')
        return isOverdue(message) ? fail(message, unreachable('desk')) : retryLater(message, null);
      // The network does not have it, and every try ended without a response: give up.
      if (message.status === 'unknown' && isOverdue(message)) return fail(message, unreachable('send'));
      // The look-up omits messages that the desk has stored. An echo may have completed this answer meanwhile.
      if (!(await deps.messages.exists(claimOf(message)))) return claims.makeNextDue(message);
    }
    if (message.ratingId && !(await mayStillAsk(message))) return withdraw(message);
    const outgoing = await toOutgoing(message);
    if (!outgoing)
      return fail(message, {
        code: 'attachmentRefused',
        networkCode: null,
        isRetryable: false,
        source: 'send',
      });
    if (message.status === 'queued') {
      const transitioned = await thread.amend(
        { ...claimOf(message), status: 'queued' },
        {
          $set: { status: 'sending' },
          $push: { statusHistory: { status: 'sending', at: currentTime(), source: 'desk' } },
        },
      );
      if (!transitioned) return;
    }
    await recordOutcome(message, await channel.send(community, outgoing));
  }

  /** Null when one of its files is gone: it must not be sent without the file. */
  async function toOutgoing(message: Message): Promise<OutgoingMessage | null> {
    const uploads = await deps.uploads.find(message.uploadIds);
    if (uploads.length < message.uploadIds.length) return null;
    return {
      peerId: message.peerId,
      randomId: message.randomId ?? 0,
      text: message.text,
      replyToExternalId: message.replyTo?.externalId ?? null,
      ...(message.ratingId ? { buttons: ratingButtons(message.ratingId) } : {}),
      files: uploads.map(
        (upload): OutgoingFile => ({
          kind: upload.kind,
          fileName: upload.fileName,
          contentType: upload.contentType,
          sizeBytes: upload.sizeBytes,
          open: () => deps.uploads.open(upload._id),
        }),
      ),
    };
  }

  /** The client, or an agent, may have reopened the conversation while the question waited. */
  async function mayStillAsk({ conversationId }: Message): Promise<boolean> {
    return (await deps.conversationStore.change(conversationId, () => null)).status === 'resolved';
  }

  async function withdraw(message: Message): Promise<void> {
    const at = currentTime();
    await thread.amend(
      claimOf(message),
      {
        $set: { status: 'stored', deletedAt: at },
        $unset: { outbox: 1 },
        $push: { statusHistory: { status: 'stored', at, source: 'desk' } },
      },
      countQuestionAgain,
    );
    await claims.makeNextDue(message);
  }

  async function recordOutcome(message: Message, outcome: SendOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'sent':
        await recordSent(deps, message, { ...outcome, source: 'send' });
        return claims.makeNextDue(message);
      case 'refused': {
        const { code, networkCode, isRetryable } = outcome;
        return fail(message, { code, networkCode, isRetryable, source: 'send' });
      }
      case 'communityStopped':
        return fail(message, stopped(outcome.networkCode, 'send'));
      case 'later':
        return isOverdue(message)
          ? fail(message, unreachable('send'))
          : retryLater(message, 'queued', outcome.afterMs);
      case 'unknown':
        // Never give up without a look-up: the next try does it.
        return retryLater(message, 'unknown');
    }
  }

  async function fail(message: Message, failure: Failure): Promise<void> {
    // A question for a mark is not asked again later.
    const { source, ...shown } = message.ratingId ? { ...failure, isRetryable: false } : failure;
    const { networkCode } = failure;
    await thread.amend(
      claimOf(message),
      {
        $set: { status: 'failed', failure: shown },
        $unset: { outbox: 1 },
        $push: {
          statusHistory: {
            status: 'failed',
            at: currentTime(),
            source,
            ...(networkCode === null ? {} : { networkCode }),
          },
        },
      },
      // The client has no answer from it.
      (conversation, failed) => ({
        ...countQuestionAgain(conversation, failed),
        ...searchAgain(conversation, failed),
      }),
    );
    await claims.makeNextDue(message);
  }

  /** `status` null keeps the present one. */
  async function retryLater(
    message: Message,
    status: 'queued' | 'unknown' | null,
    afterMs = backoffMs({ ...answerBackoff, failures: message.outbox?.attempts ?? 1 }),
  ): Promise<void> {
    const dueAt = new Date(currentTimeMs() + afterMs);
    if (status === null) return claims.release(message, dueAt);
    await thread.amend(claimOf(message), {
      $set: { status, 'outbox.dueAt': dueAt, 'outbox.owner': null },
      $push: { statusHistory: { status, at: currentTime(), source: 'send' } },
    });
  }

  function isOverdue(message: Message): boolean {
    const waitedMs = currentTimeMs() - queuedAt(message).getTime();
    return waitedMs > giveUp.afterMs && (message.outbox?.attempts ?? 0) >= giveUp.afterAttempts;
  }

  return sendAnswer;
}

function stopped(networkCode: number | null, source: Failure['source']): Failure {
  return { code: 'communityStopped', networkCode, isRetryable: true, source };
}

function unreachable(source: Failure['source']): Failure {
  return { code: 'networkUnreachable', networkCode: null, isRetryable: true, source };
}
