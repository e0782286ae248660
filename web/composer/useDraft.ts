/**
 * The draft of one conversation: its text, its quote, the canned answers in it, and the thread's last `seq` when the
 * writing began.
 */
import type { QuoteView } from '../../shared/schemas/message.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import type { Draft } from '../desk/drafts.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useStore } from '../ui/useStore.ts';

function useDraftStore(conversationId: string) {
  const { me } = useDeskData();
  return useDesk().drafts.of(me.id, conversationId);
}

export function useDraft(conversationId: string, lastSeq: number) {
  const store = useDraftStore(conversationId);
  const draft = useStore(store);
  // Several changes may come before the next draw: each one starts from the stored value.
  const change = (part: Partial<Draft>) => store.set({ ...store.get(), ...part });
  const setText = (text: string) => {
    const { sinceSeq, canned } = store.get();
    // An emptied field is a new beginning.
    change(
      text === ''
        ? { text, sinceSeq: null, canned: undefined }
        : { text, sinceSeq: sinceSeq ?? lastSeq, canned },
    );
  };
  return {
    ...draft,
    setText,
    setMode: (mode: Draft['mode']) => change({ mode }),
    /** @param text the whole text with the canned answer in it. */
    insertCanned: (text: string, { id, places }: { id: string; places: readonly string[] }) => {
      const { ids, places: before } = store.get().canned ?? { ids: [], places: [] };
      setText(text);
      change({ canned: { ids: [...new Set([...ids, id])], places: [...new Set([...before, ...places])] } });
    },
  };
}

export function useQuoted(conversationId: string) {
  const store = useDraftStore(conversationId);
  const { quoted } = useStore(store);
  return { quoted, setQuoted: (next: QuoteView | null) => store.set({ ...store.get(), quoted: next }) };
}
