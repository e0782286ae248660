/** Hands a written message to the desk; what comes of it shows in the outbox until the thread has it. */

import { failureCodeOf } from '../connection/apiError.ts';
import { call } from '../connection/call.ts';
import { useDesk } from '../connection/DeskContext.tsx';
import type { Desk } from '../connection/desk.ts';
import { fail, type OutgoingMessage, put, settle } from './outbox.ts';

/** Repeating it with the same token is safe: the desk knows the message by it. */
export async function sendMessage(desk: Desk, outgoing: OutgoingMessage): Promise<void> {
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
    outbox.set(settle(outbox.get(), new Set([clientToken])));
  } catch (error) {
    outbox.set(fail(outbox.get(), clientToken, failureCodeOf(error)));
  }
}

export function useSendMessage(): (outgoing: OutgoingMessage) => void {
  const desk = useDesk();
  return (outgoing) => void sendMessage(desk, outgoing);
}
