/**
 * Which replies a person had on the screen when they acted. Messages keep their places, so how many replies lie up to
 * a place never changes.
 */
import type { Model } from 'mongoose';
import type { Conversation } from '../conversation.model.ts';
import type { Message, SeenReplies } from '../message.model.ts';

type Read = Pick<Conversation, '_id' | 'lastSeq' | 'replyCount'>;

/** How many replies the thread has up to this place. */
export async function countRepliesUpTo(
  messages: Model<Message>,
  { _id: conversationId, lastSeq, replyCount }: Read,
  seq: number,
): Promise<number> {
  if (seq >= lastSeq) return replyCount;
  const last = await messages
    .findOne({ conversationId, seq: { $lte: seq }, kind: 'reply' })
    .sort({ seq: -1 })
    .lean<Message>();
  return last?.replyOrdinal ?? 0;
}

/** For an answer: what its writer had seen, and when the client wrote the next reply, if they did. */
export async function seenUpTo(
  messages: Model<Message>,
  conversation: Read,
  seq: number,
): Promise<SeenReplies> {
  const count = await countRepliesUpTo(messages, conversation, seq);
  if (count >= conversation.replyCount) return { count, nextAt: null };
  const next = await messages
    .findOne({ conversationId: conversation._id, seq: { $gt: seq }, kind: 'reply' })
    .sort({ seq: 1 })
    .lean<Message>();
  return { count, nextAt: next?.sentAt ?? null };
}
