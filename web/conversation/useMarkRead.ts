/** Marks visible messages as read on the server while the window has the focus. */
import { useEffect, useRef, useState } from 'react';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { call } from '../desk/call.ts';

export function useMarkRead(conversation: ConversationRow, seenSeq: number): void {
  const isLooking = useIsLooking();
  const markedSeq = useRef(0);
  const { id: conversationId, unreadCount } = conversation;
  useEffect(() => {
    if (!isLooking || unreadCount === 0 || seenSeq <= markedSeq.current) return;
    const before = markedSeq.current;
    markedSeq.current = seenSeq;
    call('markRead', { params: { conversationId }, body: { upToSeq: seenSeq } }).catch(() => {
      // Not worth an error message: the next view of the thread marks it again.
      markedSeq.current = before;
    });
  }, [isLooking, unreadCount, seenSeq, conversationId]);
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
