/**
 * Who types and who views which conversation now. This is not stored data: entries expire by themselves, and all are
 * dropped when the connection breaks.
 */
import type { Typing, Viewers } from '../../shared/events.ts';
import { limits } from '../../shared/limits.ts';
import { createStore, type Store } from '../ui/store.ts';

/** Who types in each conversation: a person's id, or null for the client. */
export type TypingNow = Readonly<Record<string, readonly (string | null)[]>>;
export type ViewersNow = Readonly<Record<string, readonly string[]>>;

export interface Presence {
  typing: Store<TypingNow>;
  viewers: Store<ViewersNow>;
  sawTyping(typing: Typing): void;
  sawViewers(viewers: Viewers): void;
  /** Their message has arrived, so they no longer type it. */
  stoppedTyping(conversationId: string, personId: string | null): void;
  forget(): void;
}

export function createPresence(): Presence {
  const typing = createStore<TypingNow>({});
  const viewers = createStore<ViewersNow>({});
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  const stoppedTyping = (conversationId: string, personId: string | null) => {
    const key = `${conversationId}:${personId}`;
    clearTimeout(timers.get(key));
    timers.delete(key);
    const { [conversationId]: held = [], ...others } = typing.get();
    const left = held.filter((other) => other !== personId);
    if (left.length === held.length) return;
    typing.set(left.length === 0 ? others : { ...others, [conversationId]: left });
  };

  return {
    typing,
    viewers,
    stoppedTyping,
    sawTyping: ({ conversationId, personId }) => {
      const key = `${conversationId}:${personId}`;
      clearTimeout(timers.get(key));
      timers.set(
        key,
        setTimeout(() => stoppedTyping(conversationId, personId), limits.typingShownMs),
      );
      const held = typing.get()[conversationId] ?? [];
      if (held.includes(personId)) return;
      typing.set({ ...typing.get(), [conversationId]: [...held, personId] });
    },
    sawViewers: ({ conversationId, personIds }) => {
      const { [conversationId]: _, ...others } = viewers.get();
      viewers.set(personIds.length === 0 ? others : { ...others, [conversationId]: personIds });
    },
    forget: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      typing.set({});
      viewers.set({});
    },
  };
}
