/** Returns a refused message to the field where it was written, with its files. */

import { useDesk } from '../desk/DeskContext.tsx';
import { type OutgoingMessage, remove } from '../desk/outbox.ts';
import { useDeskData } from '../desk/useDeskData.ts';

export function useCancelSend(): (outgoing: OutgoingMessage) => void {
  const { outbox, drafts, attachments } = useDesk();
  const { me } = useDeskData();
  return ({ clientToken, conversationId, kind, text, uploads, replyTo, failure }) => {
    const draft = drafts.of(me.id, conversationId);
    const begun = draft.get();
    draft.set({
      mode: kind,
      text: begun.text === '' ? text : `${text}\n${begun.text}`,
      sinceSeq: begun.sinceSeq,
      quoted: begun.quoted ?? replyTo,
    });
    attachments.of(me.id, conversationId).putBack(uploads, failure === 'uploadNotFound' ? failure : null);
    outbox.set(remove(outbox.get(), new Set([clientToken])));
    document.getElementById('composer-text')?.focus();
  };
}
