/** Keeps the draft of each conversation for its author. A draft survives a reload and ends with the tab. */
import { type QuoteView, quoteView } from '../../shared/schemas/message.ts';
import { createStore, type Store } from '../ui/store.ts';

export interface Draft {
  text: string;
  mode: 'answer' | 'note';
  /** The thread's last `seq` when the writing began; null while the draft is empty. */
  sinceSeq: number | null;
  /** The message that the answer will quote. */
  quoted: QuoteView | null;
}

export interface Drafts {
  of(personId: string, conversationId: string): Store<Draft>;
  /** Drops the drafts from memory; the stored copies stay. */
  forget(): void;
}

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export const DRAFT_PREFIX = 'notify-inbox:draft:';
const EMPTY: Draft = { text: '', mode: 'answer', sinceSeq: null, quoted: null };

export function createDrafts(storage: DraftStorage): Drafts {
  const held = new Map<string, Store<Draft>>();
  return {
    of: (personId, conversationId) => {
      const key = `${DRAFT_PREFIX}${personId}:${conversationId}`;
      const known = held.get(key);
      if (known) return known;
      const store = createStore(read(storage, key));
      store.subscribe(() => write(storage, key, store.get()));
      held.set(key, store);
      return store;
    },
    forget: () => held.clear(),
  };
}

/** The storage key of a conversation's files, beside its draft. */
export function filesKey(personId: string, conversationId: string): string {
  return `${DRAFT_PREFIX}${personId}:${conversationId}:files`;
}

function read(storage: DraftStorage, key: string): Draft {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('text' in kept)) return EMPTY;
    return {
      text: String(kept.text),
      mode: 'mode' in kept && kept.mode === 'note' ? 'note' : 'answer',
      sinceSeq: 'sinceSeq' in kept && typeof kept.sinceSeq === 'number' ? kept.sinceSeq : null,
      quoted: 'quoted' in kept ? (quoteView.safeParse(kept.quoted).data ?? null) : null,
    };
  } catch {
    return EMPTY;
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
