/** What the history of an answer's states tells about sending it. */
import type { Message } from '../message.model.ts';

type SendHistory = Pick<Message, 'status' | 'statusHistory' | 'createdAt'>;

/**
 * True when a try may have reached the network and nobody knows what came of it. Then it is looked up before it is
 * sent again, an agent's "try again" included: VK drops a repeat by `random_id` for about an hour only (reference, 2.1).
 */
export function mayHaveBeenSent({ status, statusHistory }: SendHistory): boolean {
  if (status === 'sending' || status === 'unknown') return true;
  for (const transition of [...statusHistory].reverse()) {
    if (transition.status === 'sending' || transition.status === 'unknown') return true;
    // Put back by an agent, or given up by us: says nothing of what was before.
    if (transition.source !== 'desk') return false;
  }
  return false;
}

/** When it was put into the outbox last: by its writer, or by who tried again. */
export function queuedAt({ statusHistory, createdAt }: SendHistory): Date {
  const queued = statusHistory.findLast(({ status, source }) => status === 'queued' && source === 'desk');
  return queued?.at ?? createdAt;
}
