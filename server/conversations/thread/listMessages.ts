/** Pages of a thread, by `seq`. */
import type { Model } from 'mongoose';
import type { Conversation } from '../conversation.model.ts';
import type { Message } from '../message.model.ts';

export interface PageRequest {
  beforeSeq?: number;
  /** The page after this place; ignored when `beforeSeq` is given. */
  afterSeq?: number;
  limit: number;
}

/**
 * @param conversation must be read before this call: the messages are then at least as new as its revision.
 * @returns ascending by `seq`.
 */
export async function listMessages(
  messages: Model<Message>,
  conversation: Conversation,
  { beforeSeq, afterSeq, limit }: PageRequest,
): Promise<{ messages: Message[]; hasOlder: boolean }> {
  const isForward = afterSeq !== undefined && beforeSeq === undefined;
  const page = await messages
    .find({
      conversationId: conversation._id,
      seq: { $gt: afterSeq ?? 0, ...(beforeSeq === undefined ? {} : { $lt: beforeSeq }) },
    })
    .sort({ seq: isForward ? 1 : -1 })
    .limit(limit)
    .lean<Message[]>();
  if (!isForward) page.reverse();
  return { messages: page, hasOlder: (page[0]?.seq ?? 1) > 1 };
}
