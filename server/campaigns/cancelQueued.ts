/** Cancels a campaign's queued messages that were not handed to a network, one batch per call. Safe to repeat. */

import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { beginChange, note } from '../serviceMessages/statuses/change.ts';
import { type WriteDeps, writeChanges } from '../serviceMessages/statuses/writeChanges.ts';
import { currentTime } from '../work/clock.ts';
import type { Campaign } from './campaign.model.ts';
import { senderKeyOf } from './tallies.ts';

const BATCH = 500;

/** A filter with its own index: it reads only this campaign's waiting messages. */
export function waitingOf({ _id }: Pick<Campaign, '_id'>, dueBy?: Date) {
  return {
    senderKey: senderKeyOf(_id),
    'outbox.phase': 'waiting',
    'outbox.dueAt': dueBy === undefined ? { $gte: new Date(0) } : { $lte: dueBy },
  } as const;
}

/** Cancels one batch; returns how many messages it cancelled. */
export async function cancelQueued(deps: WriteDeps, campaign: Pick<Campaign, '_id'>): Promise<number> {
  const waiting = await deps.serviceMessages
    .find({ ...waitingOf(campaign), status: 'queued' })
    .sort({ 'outbox.dueAt': -1 })
    .limit(BATCH)
    .lean<ServiceMessage[]>();
  return cancelAll(deps, waiting);
}

/**
 * Ends these waiting messages as cancelled; returns how many. Skips a message that another process changed; the caller
 * finds it again.
 */
export async function cancelAll(deps: WriteDeps, waiting: ServiceMessage[]): Promise<number> {
  const now = currentTime();
  const changes = waiting.map((message) => {
    const change = beginChange(message, { 'outbox.phase': 'waiting' });
    note(change, { status: 'undelivered', at: now, source: 'desk', tryNo: null, code: 'cancelled' }, now);
    return change;
  });
  return (await writeChanges(deps, changes)).size;
}
