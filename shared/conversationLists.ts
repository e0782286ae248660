/**
 * Which conversations a list shows and in which order. Tabs move rows by it, processes keep counters by it, and the
 * server's queries (`conversations/list/listConversations.ts`) say the same.
 */
import { type ConversationFilter, type ConversationRow, isQueue } from './schemas/conversation.ts';

export interface ListScope {
  filter: ConversationFilter;
  communityId: string | null;
  waitingOnly: boolean;
  /** Only conversations of this assignee; absent for all. */
  assigneeId?: string;
}

/** A place in the list's order. */
export interface Place {
  at: string;
  id: string;
}

/** In a queue a conversation's place is the beginning of its wait, in other lists its last activity. */
export function placeOf(row: ConversationRow, scope: ListScope): Place {
  const at = isLongestWaitFirst(scope) ? (row.waitingSince ?? row.lastActivityAt) : row.lastActivityAt;
  return { at, id: row.id };
}

const isLongestWaitFirst = ({ filter, waitingOnly }: ListScope) => isQueue({ filter, waiting: waitingOnly });

export function belongsTo(conversation: ConversationRow, scope: ListScope, myId: string): boolean {
  // A conversation without messages is in no list.
  if (conversation.lastSeq === 0) return false;
  if (scope.communityId !== null && conversation.communityId !== scope.communityId) return false;
  if (isLongestWaitFirst(scope) && conversation.waitingSince === null) return false;
  if (scope.assigneeId !== undefined && conversation.assigneeId !== scope.assigneeId) return false;
  const { status, assigneeId } = conversation;
  const isListed = status !== 'resolved' && status !== 'snoozed';
  switch (scope.filter) {
    case 'waiting':
    case 'all':
      return isListed;
    case 'mine':
      return isListed && assigneeId === myId;
    case 'unassigned':
      return isListed && assigneeId === null;
    case 'snoozed':
    case 'resolved':
      return status === scope.filter;
  }
}

/** As in the server's indexes: at the same time a queue has the smaller id first, any other list the greater one. */
export function comparePlaces(a: Place, b: Place, scope: ListScope): number {
  const before = isLongestWaitFirst(scope) ? -1 : 1;
  if (a.at !== b.at) return a.at < b.at ? before : -before;
  if (a.id === b.id) return 0;
  return a.id < b.id ? before : -before;
}

export const compareRows = (scope: ListScope) => (a: ConversationRow, b: ConversationRow) =>
  comparePlaces(placeOf(a, scope), placeOf(b, scope), scope);
