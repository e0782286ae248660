/** Which rows a filter shows and in which order: the same rule by which the desk answers a page of the list. */
import type { ConversationFilter, ConversationRow } from '../../shared/schemas/conversation.ts';

export interface ListScope {
  filter: ConversationFilter;
  communityId: string | null;
  unreadOnly: boolean;
}

/** A place in the list's order; a row stands at the place of its last activity. */
export interface Place {
  lastActivityAt: string;
  id: string;
}

export function belongsTo(row: ConversationRow, scope: ListScope, myId: string): boolean {
  // Until its first message a conversation is in no list.
  if (row.lastSeq === 0) return false;
  if (scope.communityId !== null && row.communityId !== scope.communityId) return false;
  if (scope.unreadOnly && row.unreadCount === 0) return false;
  const isResolved = row.status === 'resolved';
  switch (scope.filter) {
    case 'all':
      return !isResolved;
    case 'mine':
      return !isResolved && row.assigneeId === myId;
    case 'unassigned':
      return !isResolved && row.assigneeId === null;
    case 'resolved':
      return isResolved;
  }
}

/** The latest activity first; of two at the same moment, the greater id first, as the desk's index has them. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.lastActivityAt !== b.lastActivityAt) return a.lastActivityAt < b.lastActivityAt ? 1 : -1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
