/**
 * An answer is at the network: its number there is kept and it leaves the outbox. The network's answer to our call
 * and the echo event both say so, in any order; the second changes nothing.
 */
import type { Model } from 'mongoose';
import { isDuplicateOn } from '../../storage/database.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
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
    // Only the next number: a jump means that the client wrote in between, and that is still to be read.
    fact.position === conversation.tailPosition + 1 ? { tailPosition: fact.position } : {};
  const conversation = await conversationStore.change(message.conversationId, () => null);
  const isReadAlready = fact.position !== null && fact.position <= conversation.clientReadPosition;
  const status = isReadAlready ? 'read' : 'sent';
  const at = new Date();
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
      tail,
    );
    if (amended) return amended.conversation;
  } catch (error) {
    if (!isDuplicateOn(error, 'externalId')) throw error;
    return recordEchoedTwice(thread, message, fact);
  }
  // Known before. The row may not have heard of it, if the process died in between.
  const known = await messages.findById(message._id).orFail().lean<Message>();
  if (tail(conversation).tailPosition === undefined && conversation.lastMessage?.status === known.status)
    return conversation;
  return thread.tell(message.conversationId, [known], tail);
}

/**
 * The echo came first, without our number, and was stored as an administrator's answer. Both stay in the thread's
 * order; the echo is marked deleted so that the answer is seen once.
 */
async function recordEchoedTwice(thread: Thread, message: Message, fact: SentFact): Promise<Conversation> {
  const { communityId, peerId } = message;
  await thread.amend(
    { communityId, peerId, externalId: fact.externalId },
    { $set: { deletedAt: new Date(), externalId: `${fact.externalId}:echo` }, $unset: { position: 1 } },
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
      $push: { statusHistory: { status: 'sent', at: new Date(), source: fact.source } },
    },
  );
  if (!amended) throw new Error(`Message ${message._id} vanished`);
  return amended.conversation;
}
