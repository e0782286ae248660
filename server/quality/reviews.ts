/**
 * Reviews of resolved cases. A case has at most one review by each author; those of several authors stand beside each
 * other. Which communities the reader may see is a condition of every query here.
 */
import { type Model, Types } from 'mongoose';
import type { NewReview, ReviewChange, ReviewView } from '../../shared/schemas/quality.ts';
import { qualityLimits } from '../../shared/schemas/quality.ts';
import type { Actor } from '../audit/actor.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import { askAgain } from '../storage/askAgain.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { insertDocument } from '../storage/insertDocument.ts';
import { type Page, parseCursor, readPage } from '../storage/pageCursor.ts';
import { currentTime } from '../work/clock.ts';
import { type CriteriaDeps, readCriteria } from './criteria.ts';
import type { Review } from './quality.model.ts';

export interface ReviewDeps extends CriteriaDeps {
  reviews: Model<Review>;
  conversations: Model<Conversation>;
  messages: Model<Message>;
}

/** Who reads or writes. `communities` limits every query to what the person may see. */
export interface ReviewReader extends Actor {
  communities: { communityId?: { $in: string[] } };
  /** False for agents: they read reviews of their own work alone. */
  seesAll: boolean;
}

export type ReviewOutcome =
  | { kind: 'written'; review: Review }
  /** Of the conversation, of the resolution, or of the review. */
  | { kind: 'notFound' }
  | { kind: 'clientErased' }
  | { kind: 'ownWork' }
  | { kind: 'criterionUnknown' }
  /** The same author has reviewed the case, or has changed the review since it was read. */
  | { kind: 'changed' };

/** @returns the line that resolved the case, and whose work it was. */
export async function findCase(
  { conversations, messages, companyId }: ReviewDeps,
  { communities }: Pick<ReviewReader, 'communities'>,
  conversationId: string,
  seq: number,
): Promise<{ conversation: Conversation; line: Message; personId: Types.ObjectId } | null> {
  const conversation = await conversations
    .findOne({ _id: new Types.ObjectId(conversationId), companyId, ...communities } as never)
    .lean<Conversation>();
  if (!conversation) return null;
  const line = await messages.findOne({ conversationId: conversation._id, seq }).lean<Message>();
  const personId = line?.system?.event === 'resolved' ? line.system.personId : null;
  return line && personId ? { conversation, line, personId } : null;
}

export async function writeReview(
  deps: ReviewDeps,
  author: ReviewReader,
  conversationId: string,
  { seq, marks, comment }: NewReview,
): Promise<ReviewOutcome> {
  const found = await findCase(deps, author, conversationId, seq);
  if (!found) return { kind: 'notFound' };
  const { conversation, line, personId } = found;
  if (conversation.erasedAt) return { kind: 'clientErased' };
  if (personId.toHexString() === author.id) return { kind: 'ownWork' };
  if (!(await areInUse(deps, marks, []))) return { kind: 'criterionUnknown' };
  const review: Review = {
    _id: new Types.ObjectId(),
    companyId: deps.companyId,
    communityId: conversation.communityId,
    conversationId: conversation._id,
    seq,
    resolutionId: line._id,
    personId,
    authorId: new Types.ObjectId(author.id),
    authorName: author.name,
    marks,
    average: averageOf(marks),
    comment,
    createdAt: currentTime(),
    amendedAt: null,
    version: 0,
  };
  try {
    await insertDocument(deps.reviews, review);
  } catch (error) {
    if (isDuplicateKey(error)) return { kind: 'changed' };
    throw error;
  }
  return { kind: 'written', review: await withoutErased(deps, review) };
}

/** Only its author may, and only while they may see the community. */
export async function amendReview(
  deps: ReviewDeps,
  author: ReviewReader,
  reviewId: string,
  { version, marks, comment }: ReviewChange,
): Promise<ReviewOutcome> {
  const own = {
    _id: new Types.ObjectId(reviewId),
    authorId: new Types.ObjectId(author.id),
    companyId: deps.companyId,
    ...author.communities,
  };
  const before = await deps.reviews.findOne(own as never).lean<Review>();
  if (!before) return { kind: 'notFound' };
  const conversation = await deps.conversations.findById(before.conversationId).lean<Conversation>();
  if (!conversation || conversation.erasedAt) return { kind: 'clientErased' };
  if (!(await areInUse(deps, marks, before.marks))) return { kind: 'criterionUnknown' };
  const amendedAt = currentTime();
  const review = await askAgain(async (isRepeat) => {
    const amended = await deps.reviews
      .findOneAndUpdate(
        { ...own, version } as never,
        {
          $set: { marks, average: averageOf(marks), comment, amendedAt, version: version + 1 },
          ...(comment === '' ? {} : { $unset: { isCommentErased: '' } }),
        } as never,
        { returnDocument: 'after' },
      )
      .lean<Review>();
    // An earlier attempt of this call may have done it.
    if (amended || !isRepeat) return amended;
    return deps.reviews.findOne({ ...own, version: version + 1, amendedAt } as never).lean<Review>();
  });
  return review ? { kind: 'written', review: await withoutErased(deps, review) } : { kind: 'changed' };
}

/** The review before an amendment, for its line in the audit. Null for anybody but its author. */
export function findOwnReview(
  { reviews, companyId }: Pick<ReviewDeps, 'reviews' | 'companyId'>,
  author: ReviewReader,
  reviewId: string,
): Promise<Review | null> {
  return reviews
    .findOne({
      _id: new Types.ObjectId(reviewId),
      authorId: new Types.ObjectId(author.id),
      companyId,
      ...author.communities,
    } as never)
    .lean<Review>()
    .exec();
}

export async function listReviews(
  { reviews, companyId }: ReviewDeps,
  reader: ReviewReader,
  conversationId: string,
): Promise<Review[]> {
  return reviews
    .find({
      conversationId: new Types.ObjectId(conversationId),
      companyId,
      ...reader.communities,
      ...(reader.seesAll ? {} : { personId: new Types.ObjectId(reader.id) }),
    } as never)
    .sort({ seq: -1, createdAt: -1 })
    .limit(200)
    .lean<Review[]>()
    .exec();
}

export async function listOwnReviews(
  { reviews, companyId }: ReviewDeps,
  reader: ReviewReader,
  cursor: string | undefined,
): Promise<Page<Review>> {
  const after = parseCursor(cursor);
  if (cursor && !after) return { rows: [], nextCursor: null };
  return readPage(
    reviews,
    { personId: new Types.ObjectId(reader.id), companyId, ...reader.communities } as never,
    { timeField: 'createdAt', after, limit: qualityLimits.reviewsPerPage },
  );
}

export function toReviewView(review: Review): ReviewView {
  return {
    id: review._id.toHexString(),
    conversationId: review.conversationId.toHexString(),
    communityId: review.communityId.toHexString(),
    seq: review.seq,
    resolutionId: review.resolutionId.toHexString(),
    personId: review.personId.toHexString(),
    authorId: review.authorId.toHexString(),
    authorName: review.authorName,
    marks: review.marks.map(({ criterionId, mark }) => ({ criterionId, mark })),
    average: review.average,
    comment: review.comment,
    isCommentErased: review.isCommentErased ?? false,
    createdAt: review.createdAt.toISOString(),
    amendedAt: review.amendedAt?.toISOString() ?? null,
    version: review.version,
  };
}

/** The client may have been erased while the review was written: the eraser may have looked before the write. */
async function withoutErased({ reviews, conversations }: ReviewDeps, review: Review): Promise<Review> {
  const isErased = await conversations.exists({
    _id: review.conversationId,
    erasedAt: { $exists: true },
  } as never);
  if (!isErased || review.comment === '') return review;
  const erased = { comment: '', isCommentErased: true };
  await reviews.updateOne({ _id: review._id }, { $set: erased });
  return { ...review, ...erased };
}

/** @param had marks that the review has already: their criteria may have been archived since. */
async function areInUse(
  deps: CriteriaDeps,
  marks: NewReview['marks'],
  had: Review['marks'],
): Promise<boolean> {
  const usable = new Set([
    ...(await readCriteria(deps)).filter(({ isArchived }) => !isArchived).map(({ id }) => id),
    ...had.map(({ criterionId }) => criterionId),
  ]);
  return marks.every(({ criterionId }) => usable.has(criterionId));
}

function averageOf(marks: NewReview['marks']): number {
  return marks.reduce((sum, { mark }) => sum + mark, 0) / marks.length;
}
