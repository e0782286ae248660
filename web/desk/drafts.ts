/**
 * Keeps the draft of each conversation for its author, in this tab and through a reload. `draftSync.ts` brings it to the
 * author's other devices.
 */
import { cannedInDraft, type DraftContent } from '../../shared/schemas/draft.ts';
import { quoteView } from '../../shared/schemas/message.ts';
import { createStore, type Store } from '../ui/store.ts';

export type Draft = DraftContent;

export interface Drafts {
  of(personId: string, conversationId: string): Store<Draft>;
  /** The texts that are not empty, by conversation, of the drafts that this tab has met; up to half a second old. */
  texts: Store<ReadonlyMap<string, string>>;
  /** Calls the listener with every change of a draft, and when a stored one is met. */
  onChanged(listener: (personId: string, conversationId: string) => void): void;
  /** Drops the drafts from memory; the stored copies stay. */
  forget(): void;
}

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export const DRAFT_PREFIX = 'notify-inbox:draft:';
export const EMPTY_DRAFT: Draft = { text: '', mode: 'answer', sinceSeq: null, quoted: null };

/** The list need not be drawn again with each key. */
const TEXTS_EVERY_MS = 500;

export function createDrafts(storage: DraftStorage): Drafts {
  const held = new Map<string, Store<Draft>>();
  const texts = createStore<ReadonlyMap<string, string>>(new Map());
  const textsNow = new Map<string, string>();
  let textsTimer: ReturnType<typeof setTimeout> | undefined;
  const listeners: ((personId: string, conversationId: string) => void)[] = [];

  function noteText(conversationId: string, { text }: Draft): void {
    if (text === '') textsNow.delete(conversationId);
    else textsNow.set(conversationId, text);
    textsTimer ??= setTimeout(() => {
      textsTimer = undefined;
      texts.set(new Map(textsNow));
    }, TEXTS_EVERY_MS);
  }

  return {
    texts,
    of: (personId, conversationId) => {
      const key = `${DRAFT_PREFIX}${personId}:${conversationId}`;
      const known = held.get(key);
      if (known) return known;
      const store = createStore(read(storage, key));
      const changed = () => {
        noteText(conversationId, store.get());
        for (const listener of listeners) listener(personId, conversationId);
      };
      store.subscribe(() => {
        write(storage, key, store.get());
        changed();
      });
      held.set(key, store);
      // Screens ask for a draft while they are drawn, and must not be told to draw again meanwhile.
      if (store.get() !== EMPTY_DRAFT) queueMicrotask(changed);
      return store;
    },
    onChanged: (listener) => {
      listeners.push(listener);
    },
    forget: () => {
      held.clear();
      textsNow.clear();
      clearTimeout(textsTimer);
      textsTimer = undefined;
      texts.set(new Map());
    },
  };
}

/** The storage key of a conversation's files, beside its draft. */
export function filesKey(personId: string, conversationId: string): string {
  return `${DRAFT_PREFIX}${personId}:${conversationId}:files`;
}

function read(storage: DraftStorage, key: string): Draft {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('text' in kept)) return EMPTY_DRAFT;
    return {
      text: String(kept.text),
      mode: 'mode' in kept && kept.mode === 'note' ? 'note' : 'answer',
      sinceSeq: 'sinceSeq' in kept && typeof kept.sinceSeq === 'number' ? kept.sinceSeq : null,
      quoted: 'quoted' in kept ? (quoteView.safeParse(kept.quoted).data ?? null) : null,
      ...('canned' in kept && { canned: cannedInDraft.safeParse(kept.canned).data }),
    };
  } catch {
    return EMPTY_DRAFT;
  }
}

function write(storage: DraftStorage, key: string, draft: Draft): void {
  try {
    if (draft.text === '' && draft.mode === 'answer' && !draft.quoted) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(draft));
  } catch {
    // If storage is full or forbidden, the draft is lost when the tab closes.
  }
}
