/** The draft of one conversation: its text, its quote, and the thread's last `seq` when the writing began. */
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
  return {
    ...draft,
    setText: (text: string) => {
      change({ text, sinceSeq: text === '' ? null : (store.get().sinceSeq ?? lastSeq) });
    },
    setMode: (mode: Draft['mode']) => change({ mode }),
  };
}

export function useQuoted(conversationId: string) {
  const store = useDraftStore(conversationId);
  const { quoted } = useStore(store);
  return { quoted, setQuoted: (next: QuoteView | null) => store.set({ ...store.get(), quoted: next }) };
}
