/**
 * How far this person has read each conversation that the tab holds. A mark never goes back, so answers of the server
 * and events may come in any order. A conversation that enters the list by an event has no known mark until the
 * server is asked.
 */
import type { ConversationChanged } from '../../shared/events.ts';
import type { ConversationRow, ReadMark } from '../../shared/schemas/conversation.ts';
import { createStore, type Store } from '../ui/store.ts';

/** By conversation. An absent conversation has an unknown mark. */
export type KnownMarks = ReadonlyMap<string, number>;

export interface ReadMarks {
  known: Store<KnownMarks>;
  /** An answer of the server: conversations, and this person's marks in them. One without a mark has none. */
  learn(conversationIds: readonly string[], marks: readonly ReadMark[]): void;
  moved(mark: ReadMark): void;
  /** The first reply after an answer is unread for everybody: nothing has to be asked. */
  changed(changes: readonly ConversationChanged[]): void;
  /** After a break the marks that the server did not just tell may have moved unseen. */
  keepOnly(conversationIds: ReadonlySet<string>): void;
  forget(): void;
}

/** Replies that this person has not read and nobody has answered. */
export function unreadCountOf(
  { id, replyCount, answeredReplyCount }: Pick<ConversationRow, 'id' | 'replyCount' | 'answeredReplyCount'>,
  known: KnownMarks,
): number {
  return Math.max(0, replyCount - Math.max(answeredReplyCount, known.get(id) ?? 0));
}

export function createReadMarks(): ReadMarks {
  const known = createStore<KnownMarks>(new Map());

  const raise = (raised: readonly (readonly [string, number])[]) => {
    const newer = raised.filter(([id, count]) => count > (known.get().get(id) ?? -1));
    if (newer.length > 0) known.set(new Map([...known.get(), ...newer]));
  };

  return {
    known,
    learn: (conversationIds, marks) =>
      raise([
        ...conversationIds.map((id) => [id, 0] as const),
        ...marks.map(({ conversationId, readReplyCount }) => [conversationId, readReplyCount] as const),
      ]),
    moved: ({ conversationId, readReplyCount }) => raise([[conversationId, readReplyCount]]),
    changed: (changes) =>
      raise(changes.filter(isFirstToRead).map(({ row }) => [row.id, row.answeredReplyCount] as const)),
    keepOnly: (conversationIds) =>
      known.set(new Map([...known.get()].filter(([id]) => conversationIds.has(id)))),
    forget: () => known.set(new Map()),
  };
}

function isFirstToRead({ row, messages }: ConversationChanged): boolean {
  const toRead = row.replyCount - row.answeredReplyCount;
  return (
    toRead === 0 || (toRead === 1 && messages.some(({ kind, version }) => kind === 'reply' && version === 0))
  );
}
