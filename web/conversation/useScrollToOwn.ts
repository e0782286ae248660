/** Scrolls to each message that the reader sends, wherever they were reading: they must see what became of it. */
import { useLayoutEffect, useRef } from 'react';
import type { OutgoingMessage } from '../desk/outbox.ts';

export function useScrollToOwn(outgoing: readonly OutgoingMessage[], scrollToEnd: () => void): void {
  const known = useRef(new Set(outgoing.map(({ clientToken }) => clientToken)));
  useLayoutEffect(() => {
    const written = outgoing.filter(({ clientToken }) => !known.current.has(clientToken));
    for (const { clientToken } of written) known.current.add(clientToken);
    if (written.length > 0) scrollToEnd();
  }, [outgoing, scrollToEnd]);
}
