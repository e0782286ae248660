/** Reads pages of the list into the tab's cache, and applies changes that came during the read on top. */

import type { ListScope } from '../../shared/conversationLists.ts';
import type { Change } from '../../shared/events.ts';
import type { ConversationsPage } from '../../shared/schemas/conversation.ts';
import { type Bootstrap, cacheKeys } from '../desk/cacheKeys.ts';
import { call } from '../desk/call.ts';
import type { Desk } from '../desk/desk.ts';
import { addPage, applyRows, type ListWindow, openWindow } from '../desk/listWindow.ts';

export async function readList(desk: Desk, scope: ListScope, signal?: AbortSignal): Promise<ListWindow> {
  const endReading = desk.log.startReading();
  try {
    const page = await call('listConversations', { query: queryOf(scope, null) }, signal ? { signal } : {});
    const myId = desk.queries.getQueryData<Bootstrap>(cacheKeys.desk)?.me.id ?? '';
    const meanwhile = endReading();
    learnMarks(desk, page);
    return finish(desk, openWindow(scope, myId, page), meanwhile);
  } finally {
    endReading();
  }
}

export async function readMoreOfList(desk: Desk, scope: ListScope): Promise<void> {
  const key = cacheKeys.list(scope);
  const cursor = desk.queries.getQueryData<ListWindow>(key)?.nextCursor;
  if (!cursor) return;
  const endReading = desk.log.startReading();
  try {
    const page = await call('listConversations', { query: queryOf(scope, cursor) });
    const meanwhile = endReading();
    learnMarks(desk, page);
    desk.queries.setQueryData<ListWindow>(key, (window) =>
      // If the window was read again in between, the next page starts at another place.
      window?.nextCursor === cursor ? finish(desk, addPage(window, page), meanwhile) : window,
    );
  } finally {
    endReading();
  }
}

function learnMarks(desk: Desk, { rows, readMarks }: ConversationsPage): void {
  desk.readMarks.learn(
    rows.map(({ id }) => id),
    readMarks,
  );
}

function finish(
  desk: Desk,
  window: ListWindow,
  meanwhile: { changes: readonly Change[]; mayHaveMissed: boolean },
): ListWindow {
  // Called after this value is in the cache, so that the request includes it.
  if (meanwhile.mayHaveMissed) setTimeout(() => desk.connection.catchUp(), 0);
  const rows = meanwhile.changes.flatMap((change) =>
    change.type === 'conversation.changed' ? [change.row] : [],
  );
  return applyRows(window, rows);
}

function queryOf(scope: ListScope, cursor: string | null) {
  return {
    filter: scope.filter,
    ...(scope.communityId ? { communityId: scope.communityId } : {}),
    ...(scope.waitingOnly ? { waiting: 'true' } : {}),
    ...(scope.assigneeId ? { assigneeId: scope.assigneeId } : {}),
    ...(cursor ? { cursor } : {}),
  };
}
