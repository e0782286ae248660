/**
 * Marks visible messages as read, for this person alone, while the window has the focus. A supervisor who reads
 * without marks changes nothing.
 */
import { useEffect, useRef, useState } from 'react';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { call } from '../desk/call.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { unreadCountOf } from '../desk/readMarks.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useStore } from '../ui/useStore.ts';

export function useMarkRead(conversation: ConversationRow, seenSeq: number): void {
  const isLooking = useIsLooking();
  const markedSeq = useRef(0);
  const { readMarks } = useDesk();
  const { marksRead } = useDeskData().me;
  const unreadCount = unreadCountOf(conversation, useStore(readMarks.known));
  const conversationId = conversation.id;
  useEffect(() => {
    if (!marksRead || !isLooking || unreadCount === 0 || seenSeq <= markedSeq.current) return;
    const before = markedSeq.current;
    markedSeq.current = seenSeq;
    call('markRead', { params: { conversationId }, body: { upToSeq: seenSeq } })
      .then(({ readMark }) => readMark && readMarks.moved(readMark))
      .catch(() => {
        // Not worth an error message: the next view of the thread marks it again.
        markedSeq.current = before;
      });
  }, [marksRead, isLooking, unreadCount, seenSeq, conversationId, readMarks]);
}

function useIsLooking(): boolean {
  const [isLooking, setIsLooking] = useState(() => document.hasFocus());
  useEffect(() => {
    const update = () => setIsLooking(document.hasFocus() && document.visibilityState === 'visible');
    window.addEventListener('focus', update);
    window.addEventListener('blur', update);
    document.addEventListener('visibilitychange', update);
    return () => {
      window.removeEventListener('focus', update);
      window.removeEventListener('blur', update);
      document.removeEventListener('visibilitychange', update);
    };
  }, []);
  return isLooking;
}
