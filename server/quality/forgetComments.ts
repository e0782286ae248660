/** Erases comments of reviews: with their client, and when their retention period is over. Marks stay. Safe to repeat. */
import type { Model, Types } from 'mongoose';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Review } from './quality.model.ts';

const erased = { comment: '', isCommentErased: true };
const AT_ONCE = 500;

export async function forgetReviewComments(
  { conversations, reviews }: { conversations: Model<Conversation>; reviews: Model<Review> },
  clientId: Types.ObjectId,
): Promise<void> {
  const own = conversations
    .find({ clientId }, { _id: 1 })
    .batchSize(50)
    .lean<{ _id: Types.ObjectId }[]>()
    .cursor();
  for await (const { _id: conversationId } of own)
    await reviews.updateMany({ conversationId, comment: { $gt: '' } }, { $set: erased });
}

/** One step; true while there may be more. */
export async function sweepReviewComments(reviews: Model<Review>, before: Date): Promise<boolean> {
  const old = await reviews
    .find({ createdAt: { $lt: before }, comment: { $gt: '' } }, { _id: 1 })
    .sort({ createdAt: 1 })
    .limit(AT_ONCE)
    .lean<{ _id: Types.ObjectId }[]>();
  if (old.length > 0) await reviews.updateMany({ _id: { $in: old.map(({ _id }) => _id) } }, { $set: erased });
  return old.length === AT_ONCE;
}
