/**
 * Records that the network has an answer: stores its external id and removes it from the outbox. Both the response to
 * our call and the echo event report this, in any order; the second changes nothing.
 */

import type { Model } from 'mongoose';
import { isDuplicateOn } from '../../storage/database.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import { countAgain, countQuestionAgain, searchAgain } from '../list/threadMarks.ts';
import type { Message, MessageTransition } from '../message.model.ts';
import type { Thread } from '../thread/thread.ts';

interface Deps {
  messages: Model<Message>;
  conversationStore: ConversationStore;
  thread: Thread;
}

export interface SentFact {
  externalId: string;
  position: number | null;
  source: MessageTransition['source'];
  sentAt?: Date;
}

export async function recordSent(
  { messages, conversationStore, thread }: Deps,
  message: Message,
  fact: SentFact,
): Promise<Conversation> {
  const tail = (conversation: Conversation): Partial<Conversation> =>
    // Only the next number: after a jump, the messages between are still to be read.
    fact.position === conversation.tailPosition + 1 ? { tailPosition: fact.position } : {};
  const conversation = await conversationStore.change(message.conversationId, () => null);
  const isReadAlready = fact.position !== null && fact.position <= conversation.clientReadPosition;
  const status = isReadAlready ? 'read' : 'sent';
  const at = currentTime();
  try {
    const amended = await thread.amend(
      { _id: message._id, status: { $in: ['queued', 'sending', 'unknown', 'failed'] } },
      {
        $set: {
          status,
          failure: null,
          externalId: fact.externalId,
          ...(fact.position === null ? {} : { position: fact.position }),
          ...(fact.sentAt ? { sentAt: fact.sentAt } : {}),
        },
        $unset: { outbox: 1 },
        $push: { statusHistory: { status, at, source: fact.source } },
      },
      // The network has it, also where it was given up before.
      (conversation, sent) => ({ ...tail(conversation), ...readAgain(conversation, sent) }),
    );
    if (amended) return amended.conversation;
  } catch (error) {
    if (!isDuplicateOn(error, 'externalId')) throw error;
    return replaceEcho(thread, message, fact);
  }
  // Recorded before. The process may have crashed before it updated the conversation.
  const known = await messages.findById(message._id).orFail().lean<Message>();
  if (tail(conversation).tailPosition === undefined && conversation.lastMessage?.status === known.status)
    return conversation;
  return thread.publishChanged(message.conversationId, [known], tail);
}

/** A failed answer is none for the search, and becomes one now. */
function readAgain(conversation: Conversation, sent: Message): Partial<Conversation> {
  const hasFailed = sent.statusHistory.some(({ status }) => status === 'failed');
  return { ...countQuestionAgain(conversation, sent), ...(hasFailed && searchAgain(conversation, sent)) };
}

/**
 * The echo came first, without our number, and was stored as an administrator's answer. Both keep their places in the
 * thread; the echo is marked deleted, so that the answer shows once.
 */
async function replaceEcho(thread: Thread, message: Message, fact: SentFact): Promise<Conversation> {
  const { communityId, peerId } = message;
  await thread.amend(
    { communityId, peerId, externalId: fact.externalId },
    { $set: { deletedAt: currentTime(), externalId: `${fact.externalId}:echo` }, $unset: { position: 1 } },
    // The echo was counted as another answer.
    (conversation, echo) => countAgain(conversation, echo),
  );
  const amended = await thread.amend(
    { _id: message._id },
    {
      $set: {
        status: 'sent',
        failure: null,
        externalId: fact.externalId,
        ...(fact.position === null ? {} : { position: fact.position }),
      },
      $unset: { outbox: 1 },
      $push: { statusHistory: { status: 'sent', at: currentTime(), source: fact.source } },
    },
    readAgain,
  );
  if (!amended) throw new Error(`Message ${message._id} vanished`);
  return amended.conversation;
}
