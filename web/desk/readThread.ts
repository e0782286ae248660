/** Reads pages of a thread into the tab's cache, and applies changes that came during the read on top. */
import type { Change } from '../../shared/events.ts';
import { cacheKeys } from './cacheKeys.ts';
import { call } from './call.ts';
import type { Desk } from './desk.ts';
import { applyThread, openThread, prependOlder, type ThreadState } from './threadState.ts';

export async function readThread(
  desk: Desk,
  conversationId: string,
  signal?: AbortSignal,
): Promise<ThreadState> {
  const endReading = desk.log.startReading();
  try {
    const page = await call(
      'listMessages',
      { params: { conversationId }, query: {} },
      signal ? { signal } : {},
    );
    const meanwhile = endReading();
    desk.readMarks.learn([conversationId], page.readMarks);
    if (meanwhile.mayHaveMissed) catchUpSoon(desk);
    return applyAll(openThread(page), meanwhile.changes);
  } finally {
    endReading();
  }
}

/** Reads the page before the loaded part; false if that begins with the first message. */
export async function readOlder(desk: Desk, conversationId: string, limit?: number): Promise<boolean> {
  const key = cacheKeys.thread(conversationId);
  const thread = desk.queries.getQueryData<ThreadState>(key);
  const firstSeq = thread?.messages[0]?.seq;
  if (!thread?.hasOlder || firstSeq === undefined) return false;
  const endReading = desk.log.startReading();
  try {
    const query = { beforeSeq: firstSeq, ...(limit && { limit }) };
    const page = await call('listMessages', { params: { conversationId }, query });
    const meanwhile = endReading();
    if (meanwhile.mayHaveMissed) catchUpSoon(desk);
    desk.queries.setQueryData<ThreadState>(key, (current) =>
      // A truncated resume may have moved the start of the held part; this page would then leave a gap.
      current && current.messages[0]?.seq === firstSeq
        ? applyAll(prependOlder(current, page), meanwhile.changes)
        : current,
    );
    return true;
  } finally {
    endReading();
  }
}

/** Called after the value is in the cache, so that the request includes it. */
function catchUpSoon(desk: Desk): void {
  setTimeout(() => desk.connection.catchUp(), 0);
}

function applyAll(thread: ThreadState, changes: readonly Change[]): ThreadState {
  return changes.reduce(
    (current, change) => (change.type === 'conversation.changed' ? applyThread(current, change) : current),
    thread,
  );
}
