/** What screens do with the outbox: send a written message, and guard those that are not sent yet. */
import { useEffect } from 'react';
import { useStore } from '../ui/useStore.ts';
import { useDesk } from './DeskContext.tsx';
import { unsentTexts, type WrittenMessage } from './outbox.ts';
import { useDeskData } from './useDeskData.ts';

export function useSendMessage(): (message: WrittenMessage) => void {
  const { sender } = useDesk();
  const { me } = useDeskData();
  return (message) => sender.send(me.id, message);
}

/** What this person could not send, in short, by conversation. */
export function useUnsent(): ReadonlyMap<string, string> {
  return unsentTexts(useStore(useDesk().outbox));
}

/** The browser asks before a page is closed while the server lacks some of its messages. */
export function useGuardUnsent(): void {
  const isUnsent = useStore(useDesk().outbox).length > 0;
  useEffect(() => {
    if (!isUnsent) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isUnsent]);
}
