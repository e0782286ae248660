/**
 * Pages of the list, the latest activity first. Every query is an equality prefix of one compound index followed by
 * its sort, so a page costs the same whatever the number of conversations.
 */
import { type Model, type QueryFilter, Types } from 'mongoose';
import type { ConversationCounts, ConversationFilter } from '../../../shared/schemas/conversation.ts';
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

export async function listConversations(
  conversations: Model<Conversation>,
  request: ListRequest,
): Promise<{ rows: Conversation[]; nextCursor: string | null }> {
  const rows = await conversations
    .find({ $and: [request.audience, filterOf(request), afterCursor(request.cursor)] })
    .sort({ lastActivityAt: -1, _id: -1 })
    .limit(request.limit + 1)
    .lean<Conversation[]>();
  const page = rows.slice(0, request.limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > request.limit && last ? cursorOf(last) : null };
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

/** The place after this row: its time, then its id, which the list's order ends with. */
export function cursorOf(row: Pick<Conversation, '_id' | 'lastActivityAt'>): string {
  return `${row.lastActivityAt.getTime().toString(36)}.${row._id.toHexString()}`;
}

function afterCursor(cursor: string | undefined): QueryFilter<Conversation> {
  if (!cursor) return {};
  const place = parseCursor(cursor);
  if (!place) return { _id: null };
  const { at, id } = place;
  // The outer bound lets an index start at the place; the inner one leaves out what shares its millisecond.
  return { lastActivityAt: { $lte: at }, $or: [{ lastActivityAt: { $lt: at } }, { _id: { $lt: id } }] };
}

function parseCursor(cursor: string): { at: Date; id: Types.ObjectId } | null {
  const [time, id] = cursor.split('.');
  const ms = Number.parseInt(time ?? '', 36);
  if (!Number.isFinite(ms) || !id || !/^[0-9a-f]{24}$/.test(id)) return null;
  return { at: new Date(ms), id: new Types.ObjectId(id) };
}
