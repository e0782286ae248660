/** What was being written in each conversation, kept while the tab lives. */

export interface Draft {
  text: string;
  mode: 'answer' | 'note';
}

export interface Drafts {
  read(conversationId: string): Draft;
  write(conversationId: string, draft: Draft): void;
}

const PREFIX = 'notify-inbox:draft:';
const EMPTY: Draft = { text: '', mode: 'answer' };

export function createDrafts(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): Drafts {
  return {
    read: (conversationId) => {
      try {
        const kept: unknown = JSON.parse(storage.getItem(PREFIX + conversationId) ?? 'null');
        if (typeof kept !== 'object' || kept === null || !('text' in kept)) return EMPTY;
        const mode = 'mode' in kept && kept.mode === 'note' ? 'note' : 'answer';
        return { text: String(kept.text), mode };
      } catch {
        return EMPTY;
      }
    },
    write: (conversationId, draft) => {
      try {
        if (draft.text === '' && draft.mode === 'answer') storage.removeItem(PREFIX + conversationId);
        else storage.setItem(PREFIX + conversationId, JSON.stringify(draft));
      } catch {
        // A full or forbidden storage loses the draft with the tab, nothing more.
      }
    },
  };
}
