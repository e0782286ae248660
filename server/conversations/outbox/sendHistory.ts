/** Reads an answer's status history before it is sent again. */
import type { Message } from '../message.model.ts';

type SendHistory = Pick<Message, 'status' | 'statusHistory' | 'createdAt'>;

/**
 * Whether an earlier try may have reached the network with an unknown result. Then a look-up comes before the next
 * send, also when an agent tries again: VK drops a repeat by `random_id` for only about an hour (reference, 2.1).
 */
export function mayHaveBeenSent({ status, statusHistory }: SendHistory): boolean {
  if (status === 'sending' || status === 'unknown') return true;
  for (const transition of [...statusHistory].reverse()) {
    if (transition.status === 'sending' || transition.status === 'unknown') return true;
    // An agent queued it again, or we gave up: neither shows whether an earlier try arrived.
    if (transition.source !== 'desk') return false;
  }
  return false;
}

/** When an agent queued it last, by sending or by trying again. */
export function queuedAt({ statusHistory, createdAt }: SendHistory): Date {
  const queued = statusHistory.findLast(({ status, source }) => status === 'queued' && source === 'desk');
  return queued?.at ?? createdAt;
}
