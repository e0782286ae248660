/**
 * Pages of the list, the latest activity first. Every query is an equality prefix of one compound index followed by
 * its sort, so a page costs the same whatever the number of conversations.
 */
import { type Model, type QueryFilter, Types } from 'mongoose';
import type { ConversationCounts, ConversationFilter } from '../../../shared/schemas/conversation.ts';
import { type Page, parseCursor, parseOldCursor, readPage } from '../../storage/pageCursor.ts';
import type { Conversation } from '../conversation.model.ts';

export interface ListRequest {
  /** Limits the list to what the reader may see; made by the permissions module. */
  audience: QueryFilter<Conversation>;
  filter: ConversationFilter;
  personId: Types.ObjectId;
  communityId?: string | null;
  unread?: boolean;
  cursor?: string;
  limit: number;
}

const COUNTED_UP_TO = 100;

/** A cursor that cannot be read gives an empty page, so that a tab keeps the rows it holds and asks no further. */
export async function listConversations(
  conversations: Model<Conversation>,
  request: ListRequest,
): Promise<Page<Conversation>> {
  const { audience, cursor, limit } = request;
  const after = parseCursor(cursor) ?? parseOldCursor(cursor);
  if (cursor && !after) return { rows: [], nextCursor: null };
  return readPage(
    conversations,
    { $and: [audience, filterOf(request)] },
    { timeField: 'lastActivityAt', after, limit },
  );
}

/** How many conversations with something unread wait in each filter; stops counting at 100. */
export async function countUnread(
  conversations: Model<Conversation>,
  audience: QueryFilter<Conversation>,
  personId: Types.ObjectId,
): Promise<ConversationCounts> {
  const count = async (filter: ConversationFilter) => {
    const rows = await conversations
      .find({ $and: [audience, filterOf({ filter, personId, unread: true })] }, { _id: 1 })
      .limit(COUNTED_UP_TO)
      .lean();
    return rows.length;
  };
  const [all, mine, unassigned] = await Promise.all([count('all'), count('mine'), count('unassigned')]);
  return { all, mine, unassigned };
}

function filterOf({
  filter,
  personId,
  communityId,
  unread,
}: Pick<ListRequest, 'filter' | 'personId' | 'communityId' | 'unread'>): QueryFilter<Conversation> {
  return {
    isResolved: filter === 'resolved',
    ...(filter === 'mine' ? { assigneeId: personId } : {}),
    ...(filter === 'unassigned' ? { assigneeId: null } : {}),
    ...(communityId ? { communityId: new Types.ObjectId(communityId) } : {}),
    ...(unread ? { isUnread: true } : {}),
  };
}
