/** The text being written in one conversation, and what the thread's end was when its writing began. */
import { useRef, useState } from 'react';
import { createDrafts, type Draft } from './drafts.ts';

const drafts = createDrafts(window.sessionStorage);

export function useDraft(conversationId: string, lastSeq: number) {
  const [draft, setDraft] = useState<Draft>(() => drafts.read(conversationId));
  const sinceSeq = useRef(lastSeq);
  const change = (next: Draft) => {
    if (draft.text === '' && next.text !== '') sinceSeq.current = lastSeq;
    setDraft(next);
    drafts.write(conversationId, next);
  };
  return {
    ...draft,
    sinceSeq: sinceSeq.current,
    setText: (text: string) => change({ ...draft, text }),
    setMode: (mode: Draft['mode']) => change({ ...draft, mode }),
  };
}
