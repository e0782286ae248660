/** Which conversations a filter shows and in which order: the same rule as on the server. */
import type { ConversationFilter, ConversationRow } from '../../shared/schemas/conversation.ts';

export interface ListScope {
  filter: ConversationFilter;
  communityId: string | null;
  waitingOnly: boolean;
  /** Only conversations of this assignee; absent for all. */
  assigneeId?: string;
}

/** A place in the list's order; a conversation's place is its last activity. */
export interface Place {
  lastActivityAt: string;
  id: string;
}

export function belongsTo(conversation: ConversationRow, scope: ListScope, myId: string): boolean {
  // A conversation without messages is in no list.
  if (conversation.lastSeq === 0) return false;
  if (scope.communityId !== null && conversation.communityId !== scope.communityId) return false;
  if (scope.waitingOnly && conversation.waitingSince === null) return false;
  if (scope.assigneeId !== undefined && conversation.assigneeId !== scope.assigneeId) return false;
  const { status, assigneeId } = conversation;
  const isListed = status !== 'resolved' && status !== 'snoozed';
  switch (scope.filter) {
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

/** The latest activity first; at the same time the greater id first, as in the server's index. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.lastActivityAt !== b.lastActivityAt) return a.lastActivityAt < b.lastActivityAt ? 1 : -1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
