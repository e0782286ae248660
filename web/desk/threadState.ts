/**
 * The loaded part of a thread, and how changes, pages and resume answers alter it. Pure.
 * A change that does not follow the known revision waits in `ahead` until the missed changes arrive.
 */
import type { ConversationChanged, ResumeAnswer } from '../../shared/events.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import type { MessageView } from '../../shared/schemas/message.ts';

export interface ThreadState {
  row: ConversationRow;
  /** Ascending by `seq`, without gaps once all known changes have arrived. */
  messages: readonly MessageView[];
  hasOlder: boolean;
  /** Changes newer than the next expected one, oldest first. */
  ahead: readonly ConversationChanged[];
}

export interface ThreadPage {
  row: ConversationRow;
  messages: MessageView[];
  hasOlder: boolean;
}

export function openThread(page: ThreadPage): ThreadState {
  return { row: page.row, messages: page.messages, hasOlder: page.hasOlder, ahead: [] };
}

/** True when a change was missed and the tab must send `resume`. */
export function hasGap(thread: ThreadState): boolean {
  return thread.ahead.length > 0;
}

export function applyThread(thread: ThreadState, change: ConversationChanged): ThreadState {
  if (change.row.id !== thread.row.id) return thread;
  const known = thread.row.revision;
  if (change.row.revision <= known) return mergeMessages(thread, change.messages);
  if (change.row.revision === known + 1) {
    return applyAhead({ ...mergeMessages(thread, change.messages), row: change.row });
  }
  return { ...thread, ahead: insertByRevision(thread.ahead, change) };
}

/** Applies waiting changes, as far as they follow without a gap. */
function applyAhead(thread: ThreadState): ThreadState {
  if (thread.ahead.length === 0) return thread;
  let current: ThreadState = { ...thread, ahead: [] };
  for (const change of thread.ahead) current = applyThread(current, change);
  return current;
}

function insertByRevision(
  ahead: readonly ConversationChanged[],
  change: ConversationChanged,
): readonly ConversationChanged[] {
  if (ahead.some((waiting) => waiting.row.revision === change.row.revision)) return ahead;
  return [...ahead, change].sort((a, b) => a.row.revision - b.row.revision);
}

/**
 * Adds messages or newer copies of them; an older copy never replaces a newer one.
 * A message before the loaded part is ignored: its page will bring it.
 */
export function mergeMessages(thread: ThreadState, incoming: readonly MessageView[]): ThreadState {
  const merged = mergeBySeq(
    thread.messages,
    incoming.filter((message) => isLoadedPlace(thread, message.seq)),
  );
  return merged === thread.messages ? thread : { ...thread, messages: merged };
}

function isLoadedPlace(thread: ThreadState, seq: number): boolean {
  const first = thread.messages[0];
  return !thread.hasOlder || first === undefined || seq >= first.seq;
}

function mergeBySeq(held: readonly MessageView[], incoming: readonly MessageView[]): readonly MessageView[] {
  const bySeq = new Map(held.map((message) => [message.seq, message]));
  let isChanged = false;
  for (const message of incoming) {
    const known = bySeq.get(message.seq);
    if (known && known.version >= message.version) continue;
    bySeq.set(message.seq, message);
    isChanged = true;
  }
  return isChanged ? [...bySeq.values()].sort((a, b) => a.seq - b.seq) : held;
}

/** Adds the page before the loaded part. Apply changes that came during the read again after this. */
export function prependOlder(thread: ThreadState, page: ThreadPage): ThreadState {
  return { ...thread, messages: mergeBySeq(thread.messages, page.messages), hasOlder: page.hasOlder };
}

/** Repairs the thread after a gap, then applies the changes that waited. */
export function resumeThread(thread: ThreadState, answer: ResumeAnswer['threads'][number]): ThreadState {
  if (answer.row.id !== thread.row.id) return thread;
  const base: ThreadState = answer.isTruncated
    ? { ...thread, messages: newestFrom(thread.messages, answer.messages), hasOlder: true }
    : thread;
  const merged = mergeMessages(base, answer.messages);
  const row = answer.row.revision >= merged.row.revision ? answer.row : merged.row;
  return applyAhead({ ...merged, row });
}

/** A truncated answer, and held messages from its first `seq` on; older held ones could leave a gap. */
function newestFrom(held: readonly MessageView[], answered: readonly MessageView[]): readonly MessageView[] {
  const firstSeq = answered[0]?.seq ?? 0;
  return mergeBySeq(
    answered,
    held.filter((message) => message.seq >= firstSeq),
  );
}

/** The part of a `resume` request about this thread. */
export function resumePoint(thread: ThreadState): {
  conversationId: string;
  revision: number;
  fromSeq: number;
} {
  return {
    conversationId: thread.row.id,
    revision: thread.row.revision,
    fromSeq: thread.messages[0]?.seq ?? 1,
  };
}
