/**
 * Pages of the list: the latest activity first, or in a queue the longest wait. Every query uses one compound index: an
 * equality prefix, then the sort. So the cost of a page does not depend on the number of conversations.
 */
import { type Model, type QueryFilter, Types } from 'mongoose';
import { type ConversationFilter, isQueue } from '../../../shared/schemas/conversation.ts';
import { type Page, parseCursor, parseOldCursor, readPage } from '../../storage/pageCursor.ts';
import type { Conversation } from '../conversation.model.ts';

export interface ListRequest {
  /** Limits the list to what the person may see; comes from `auth/permissions.ts`. */
  audience: QueryFilter<Conversation>;
  filter: ConversationFilter;
  personId: Types.ObjectId;
  communityId?: string | null;
  /** Only those that wait for an answer. */
  waiting?: boolean;
  /** Only those of this assignee. */
  assigneeId?: string | null;
  cursor?: string;
  limit: number;
}

/** An invalid cursor gives an empty page, so that a tab keeps its rows and stops paging. */
export async function listConversations(
  conversations: Model<Conversation>,
  request: ListRequest,
): Promise<Page<Conversation>> {
  const { audience, cursor, limit } = request;
  const after = parseCursor(cursor) ?? parseOldCursor(cursor);
  if (cursor && !after) return { rows: [], nextCursor: null };
  const isOldestFirst = isQueue(request);
  return readPage(
    conversations,
    { $and: [audience, filterOf(request)] },
    { timeField: isOldestFirst ? 'waitingSince' : 'lastActivityAt', after, limit, isOldestFirst },
  );
}

function filterOf({
  filter,
  personId,
  communityId,
  waiting,
  assigneeId,
}: Pick<
  ListRequest,
  'filter' | 'personId' | 'communityId' | 'waiting' | 'assigneeId'
>): QueryFilter<Conversation> {
  return {
    ...(filter === 'snoozed' ? { status: 'snoozed' } : { isResolved: filter === 'resolved' }),
    ...(assigneeId ? { assigneeId: new Types.ObjectId(assigneeId) } : {}),
    ...(filter === 'mine' ? { assigneeId: personId } : {}),
    ...(filter === 'unassigned' ? { assigneeId: null } : {}),
    ...(communityId ? { communityId: new Types.ObjectId(communityId) } : {}),
    ...(isQueue({ filter, waiting }) ? { isWaiting: true } : {}),
  };
}
