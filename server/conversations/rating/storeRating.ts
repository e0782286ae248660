/** What the client says about a resolution: a mark by a button, and the comment that follows. Safe to repeat. */
import type { Model, Types } from 'mongoose';
import type { RatingMark } from '../../../shared/schemas/rating.ts';
import type { Conversation } from '../conversation.model.ts';
import type { NetworkMessage } from '../intake/networkEvent.ts';
import type { Message } from '../message.model.ts';
import { type Appended, systemDraft, type Thread } from '../thread/thread.ts';
import type { Rating } from './rating.model.ts';
import { readTap } from './ratingButtons.ts';

interface Deps {
  messages: Model<Message>;
  ratings: Model<Rating>;
  thread: Thread;
}

/**
 * A tap is a line of the thread: it neither reopens the conversation nor makes anybody wait. Null when the message is
 * no tap on a question of this conversation.
 */
export async function ingestTap(
  { messages, ratings, thread }: Deps,
  conversation: Conversation,
  message: NetworkMessage,
): Promise<Appended | null> {
  const tap = readTap(message.payload);
  if (!tap) return null;
  const isAsked = await ratings.exists({ _id: tap.ratingId, conversationId: conversation._id });
  if (!isAsked) return null;
  const { externalId, position, isBackfilled, sentAt } = message;
  const appended = await thread.append(conversation, {
    ...systemDraft(sentAt, { event: 'rated', personId: null, personName: null, ...tap }),
    direction: 'in',
    authorType: 'client',
    externalId,
    ...(position === null ? {} : { position }),
    isBackfilled,
  });
  const line = await messages.findById(appended.message._id).lean<Message>();
  if (line?.system?.event === 'rated') await storeMark(ratings, tap.ratingId, tap.mark, line);
  return appended;
}

async function storeMark(
  ratings: Model<Rating>,
  _id: Types.ObjectId,
  mark: RatingMark,
  { seq, sentAt }: Message,
): Promise<void> {
  await ratings.updateOne(
    { _id, $or: [{ markSeq: { $exists: false } }, { markSeq: { $lt: seq } }] },
    { $set: { mark, markedAt: sentAt, markSeq: seq } },
  );
}

/** The rating that a reply comments on; null when the client has not just given a mark. */
export function commentedRating(
  { rated }: Conversation,
  { direction, sentAt }: NetworkMessage,
): Types.ObjectId | null {
  return rated && direction === 'in' && sentAt <= rated.commentUntil ? rated.ratingId : null;
}

export async function storeComment(ratings: Model<Rating>, { _id, kind, ratingId }: Message): Promise<void> {
  if (kind === 'reply' && ratingId) await ratings.updateOne({ _id: ratingId }, { $set: { commentId: _id } });
}
