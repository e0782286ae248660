/** Takes back what a mailing has in the queue and no network was asked to send; repeatable until nothing is left. */
import { beginChange, note } from '../serviceMessages/change.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { type WriteDeps, writeChanges } from '../serviceMessages/writeChanges.ts';
import type { Campaign } from './campaign.model.ts';
import { senderKeyOf } from './tallies.ts';

const AT_ONCE = 500;

/** Has an index of its own: it looks at what of the list waits, at nothing of others and nothing that was sent. */
export function waitingOf({ _id }: Pick<Campaign, '_id'>, dueBy?: Date) {
  return {
    senderKey: senderKeyOf(_id),
    'outbox.phase': 'waiting',
    'outbox.dueAt': dueBy === undefined ? { $gte: new Date(0) } : { $lte: dueBy },
  } as const;
}

/** How many were found. */
export async function cancelQueued(deps: WriteDeps, campaign: Pick<Campaign, '_id'>): Promise<number> {
  const waiting = await deps.serviceMessages
    .find({ ...waitingOf(campaign), status: 'queued' })
    .sort({ 'outbox.dueAt': -1 })
    .limit(AT_ONCE)
    .lean<ServiceMessage[]>();
  await cancelAll(deps, waiting);
  return waiting.length;
}

/** Those that wait end; a message that somebody moved meanwhile is left to be found again. */
export async function cancelAll(deps: WriteDeps, waiting: ServiceMessage[]): Promise<void> {
  const now = new Date();
  const changes = waiting.map((message) => {
    const change = beginChange(message, { 'outbox.phase': 'waiting' });
    note(change, { status: 'undelivered', at: now, source: 'desk', tryNo: null, code: 'cancelled' }, now);
    return change;
  });
  await writeChanges(deps, changes, now);
}
