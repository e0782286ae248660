/** Sends a written message to the server. The outbox shows the result until the thread has the message. */
import { useEffect } from 'react';
import { failureCodeOf } from '../ui/apiError.ts';
import { useStore } from '../ui/useStore.ts';
import { call } from './call.ts';
import { useDesk } from './DeskContext.tsx';
import type { Desk } from './desk.ts';
import { fail, type OutgoingMessage, put, remove } from './outbox.ts';

/** Safe to repeat with the same token: the server recognises the message by it. */
async function sendMessage(desk: Desk, outgoing: OutgoingMessage): Promise<void> {
  const { outbox } = desk;
  const { conversationId, clientToken, text } = outgoing;
  outbox.set(put(outbox.get(), { ...outgoing, failure: null }));
  try {
    const stored =
      outgoing.kind === 'note'
        ? await call('addNote', { params: { conversationId }, body: { clientToken, text } })
        : await call('sendAnswer', {
            params: { conversationId },
            body: {
              clientToken,
              text,
              uploadIds: outgoing.uploads.map((upload) => upload.id),
              replyToMessageId: outgoing.replyTo?.messageId ?? null,
            },
          });
    desk.cache.storeMessage(stored);
    outbox.set(remove(outbox.get(), new Set([clientToken])));
  } catch (error) {
    outbox.set(fail(outbox.get(), clientToken, failureCodeOf(error)));
  }
}

export function useSendMessage(): (outgoing: OutgoingMessage) => void {
  const desk = useDesk();
  return (outgoing) => void sendMessage(desk, outgoing);
}

/** When the connection is back, sends again what did not reach the server; the token prevents duplicates. */
export function useSendWaiting(): void {
  const desk = useDesk();
  useEffect(
    () =>
      desk.connection.state.subscribe(() => {
        if (desk.connection.state.get().phase !== 'online') return;
        for (const outgoing of desk.outbox.get())
          if (outgoing.failure === 'unreachable') void sendMessage(desk, outgoing);
      }),
    [desk],
  );
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
