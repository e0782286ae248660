/**
 * What is done with one claimed answer: it waits for earlier ones of its conversation, is looked up at the network
 * where an earlier try may have reached it, and is sent; its state says what came of it. Every step may be repeated
 * after a death: the state it left tells the next process what is known.
 */

import type { Model, Types } from 'mongoose';
import type { FailureCode } from '../../../shared/errorCodes.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { UploadStore } from '../../uploads/uploadStore.ts';
import { backoffMs } from '../../work/backoff.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import type { Message } from '../message.model.ts';
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

/** An answer that could not be sent for this long, and this often, fails, and the agent decides. */
export interface GiveUp {
  afterMs: number;
  afterAttempts: number;
}

interface Failure {
  code: FailureCode;
  networkCode: number | null;
  isRetryable: boolean;
  /** `send`: the network said so. `desk`: we stopped trying, and know no more than before. */
  source: 'send' | 'desk';
}

/** Behind an earlier one: its end lets the next go at once, so this is only for when nobody is left to say so. */
const BEHIND_WAIT_MS = { least: 50, most: 5_000 };

export function createSendAnswer(deps: SendAnswerDeps): (message: Message) => Promise<void> {
  const { thread, claims, giveUp } = deps;
  const claimOf = ({ _id }: Message) => ({ _id, ...answerLease.heldBy(deps.processId) });

  async function sendAnswer(message: Message): Promise<void> {
    const earlier = await claims.findEarlier(message);
    if (earlier) {
      const waitMs = (earlier.outbox?.dueAt.getTime() ?? 0) - Date.now();
      const { least, most } = BEHIND_WAIT_MS;
      const dueAt = new Date(Date.now() + Math.min(most, Math.max(least, waitMs)));
      return claims.release(message, dueAt, { isCounted: false });
    }
    const community = await deps.communityOf(message.communityId);
    if (!community) return fail(message, stopped(null, 'desk'));
    const channel = deps.channelFor(community);

    if (mayHaveBeenSent(message)) {
      const found = await channel.findSent(community, {
        peerId: message.peerId,
        randomId: message.randomId ?? 0,
        text: message.text,
        since: message.createdAt,
      });
      if (found.kind === 'found') {
        const { externalId, position } = found;
        await recordSent(deps, message, { externalId, position, source: 'lookup' });
        return claims.makeNextDue(message);
      }
      if (found.kind === 'communityStopped') return fail(message, stopped(found.networkCode, 'desk'));
      if (found.kind === 'unknown')
        return isOverdue(message) ? fail(message, unreachable('desk')) : later(message, null);
      // Looked up, not there, and every try ends in doubt: enough.
      if (message.status === 'unknown' && isOverdue(message)) return fail(message, unreachable('send'));
      // The look-up leaves out what the desk holds already, and an echo may have made this answer one of those.
      if (!(await deps.messages.exists(claimOf(message)))) return claims.makeNextDue(message);
    }
    const outgoing = await toOutgoing(message);
    if (!outgoing)
      return fail(message, {
        code: 'attachmentRefused',
        networkCode: null,
        isRetryable: false,
        source: 'send',
      });
    if (message.status === 'queued') {
      const moved = await thread.amend(
        { ...claimOf(message), status: 'queued' },
        {
          $set: { status: 'sending' },
          $push: { statusHistory: { status: 'sending', at: new Date(), source: 'desk' } },
        },
      );
      if (!moved) return;
    }
    await recordOutcome(message, await channel.send(community, outgoing));
  }

  /** Null when a file of it is not there any more: it must not go out without. */
  async function toOutgoing(message: Message): Promise<OutgoingMessage | null> {
    const uploads = await deps.uploads.find(message.uploadIds);
    if (uploads.length < message.uploadIds.length) return null;
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
          open: () => deps.uploads.open(upload._id),
        }),
      ),
    };
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
          : later(message, 'queued', outcome.afterMs);
      case 'unknown':
        // Never given up on unseen: the next turn looks it up.
        return later(message, 'unknown');
    }
  }

  async function fail(message: Message, failure: Failure): Promise<void> {
    const { source, ...shown } = failure;
    const { networkCode } = failure;
    await thread.amend(claimOf(message), {
      $set: { status: 'failed', failure: shown },
      $unset: { outbox: 1 },
      $push: {
        statusHistory: {
          status: 'failed',
          at: new Date(),
          source,
          ...(networkCode === null ? {} : { networkCode }),
        },
      },
    });
    await claims.makeNextDue(message);
  }

  /** `status` null keeps what it is. */
  async function later(
    message: Message,
    status: 'queued' | 'unknown' | null,
    afterMs = backoffMs({ ...answerBackoff, failures: message.outbox?.attempts ?? 1 }),
  ): Promise<void> {
    const dueAt = new Date(Date.now() + afterMs);
    if (status === null) return claims.release(message, dueAt);
    await thread.amend(claimOf(message), {
      $set: { status, 'outbox.dueAt': dueAt, 'outbox.owner': null },
      $push: { statusHistory: { status, at: new Date(), source: 'send' } },
    });
  }

  function isOverdue(message: Message): boolean {
    const waitedMs = Date.now() - queuedAt(message).getTime();
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
