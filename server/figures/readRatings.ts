/**
 * The list of marks that clients gave, by the time of the question: so its rows are those that the sums of the same period
 * count. Pages follow an index; nothing is counted. The comment is read from its thread, and is gone there once it is
 * erased.
 */
import { type Model, Types } from 'mongoose';
import { type RatingRow, reportLimits } from '../../shared/schemas/report.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Rating } from '../conversations/rating/rating.model.ts';
import { type Page, parseCursor, readPage } from '../storage/pageCursor.ts';
import type { Period } from './period.ts';

export interface RatingListDeps {
  companyId: Types.ObjectId;
  ratings: Model<Rating>;
  conversations: Model<Conversation>;
  messages: Model<Message>;
}

export interface RatingsAsked {
  /** Null: all communities. */
  communityIds: readonly string[] | null;
  /** Who resolved the conversations; undefined: anybody. */
  personId: string | undefined;
  period: Period;
  cursor: string | undefined;
}

type MarkedRating = Rating & Required<Pick<Rating, 'askedAt' | 'mark' | 'markedAt'>>;

/** An invalid cursor gives an empty page, so that a tab keeps its rows and stops paging. */
export async function readRatings(deps: RatingListDeps, asked: RatingsAsked): Promise<Page<RatingRow>> {
  const after = parseCursor(asked.cursor);
  if (asked.cursor && !after) return { rows: [], nextCursor: null };
  const { rows, nextCursor } = await readPage(
    deps.ratings as unknown as Model<MarkedRating>,
    markedIn(deps.companyId, asked) as never,
    { timeField: 'askedAt', after, limit: reportLimits.ratingsPerPage },
  );
  return { rows: await toRows(deps, rows), nextCursor };
}

/** Each form of the filter has its index; the lower limit of the mark is what all three are partial by. */
export function markedIn(
  companyId: Types.ObjectId,
  { communityIds, personId, period }: Omit<RatingsAsked, 'cursor'>,
): Record<string, unknown> {
  const communities = communityIds && {
    communityId: { $in: communityIds.map((id) => new Types.ObjectId(id)) },
  };
  return {
    ...(personId === undefined
      ? (communities ?? { companyId })
      : { personId: new Types.ObjectId(personId), ...communities }),
    mark: { $gt: 0 },
    askedAt: { $gte: period.from, $lt: period.to },
  };
}

async function toRows(
  { conversations, messages }: RatingListDeps,
  ratings: readonly MarkedRating[],
): Promise<RatingRow[]> {
  const foundConversations = await conversations
    .find(
      { _id: { $in: ratings.map(({ conversationId }) => conversationId) } },
      { clientName: 1, erasedAt: 1 },
    )
    .lean<Pick<Conversation, '_id' | 'clientName' | 'erasedAt'>[]>();
  const conversationOf = new Map(foundConversations.map((each) => [each._id.toHexString(), each]));
  const comments = await messages
    .find({ _id: { $in: ratings.flatMap(({ commentId }) => commentId ?? []) } }, { text: 1, deletedAt: 1 })
    .lean<Pick<Message, '_id' | 'text' | 'deletedAt'>[]>();
  const commentOf = new Map(comments.map((each) => [each._id.toHexString(), each]));
  return ratings.flatMap((rating): RatingRow[] => {
    const conversation = conversationOf.get(rating.conversationId.toHexString());
    if (!conversation) return [];
    const comment = rating.commentId && commentOf.get(rating.commentId.toHexString());
    return [
      {
        id: rating._id.toHexString(),
        conversationId: rating.conversationId.toHexString(),
        communityId: rating.communityId.toHexString(),
        personId: rating.personId.toHexString(),
        clientName: conversation.clientName,
        isErased: conversation.erasedAt !== undefined,
        mark: rating.mark,
        askedAt: rating.askedAt.toISOString(),
        markedAt: rating.markedAt.toISOString(),
        comment:
          comment && !comment.deletedAt ? { messageId: comment._id.toHexString(), text: comment.text } : null,
      },
    ];
  });
}
