/** Returns an unsent message to the field where it was written, with its files. */

import { useDesk } from '../desk/DeskContext.tsx';
import type { OutgoingMessage } from '../desk/outbox.ts';
import { returnToDraft } from '../desk/returnToDraft.ts';
import { useDeskData } from '../desk/useDeskData.ts';

export function useCancelSend(): (outgoing: OutgoingMessage) => void {
  const desk = useDesk();
  const { me } = useDeskData();
  return (outgoing) => {
    desk.sender.discard(outgoing.clientToken);
    returnToDraft(desk, me.id, outgoing);
    document.getElementById('composer-text')?.focus();
  };
}
