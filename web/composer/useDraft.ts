/** The text being written in one conversation, and what the thread's end was when its writing began. */
import { useDeskData } from '../app/useDeskData.ts';
import { useDesk } from '../connection/DeskContext.tsx';
import { useStore } from '../connection/useStore.ts';
import type { Draft } from './drafts.ts';

export function useDraft(conversationId: string, lastSeq: number) {
  const { me } = useDeskData();
  const store = useDesk().drafts.of(me.id, conversationId);
  const draft = useStore(store);
  return {
    ...draft,
    setText: (text: string) => {
      const sinceSeq = text === '' ? null : (draft.sinceSeq ?? lastSeq);
      store.set({ ...draft, text, sinceSeq });
    },
    setMode: (mode: Draft['mode']) => store.set({ ...draft, mode }),
  };
}
