/**
 * Holds a paused campaign's queued messages: no sender finds them, and their TTL runs on (N19). Pausing holds them;
 * the sender holds those that it claimed meanwhile, after asking whether the campaign is stopped (`stoppedLists.ts`).
 * Messages held for a running campaign are released, whichever process held them. Each step is safe to repeat after a
 * crash.
 */

import type { Model, Types } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import type { Stops } from '../serviceMessages/ports.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { WriteDeps } from '../serviceMessages/statuses/writeChanges.ts';
import { isolated } from '../storage/isolate.ts';
import { currentTime } from '../work/clock.ts';
import type { Campaign } from './campaign.model.ts';
import { cancelAll, waitingOf } from './cancelQueued.ts';

const BATCH = 500;

export interface HoldDeps {
  serviceMessages: Model<ServiceMessage>;
}

/** Holds the due messages of a paused campaign, so that they take no places from other senders. */
export async function holdQueued(
  { serviceMessages }: HoldDeps,
  campaign: Pick<Campaign, '_id'>,
): Promise<void> {
  const due = waitingOf(campaign, currentTime());
  for (;;) {
    const ids = await serviceMessages
      .find(due, { _id: 1 })
      .sort({ 'outbox.dueAt': 1 })
      .limit(BATCH)
      .lean<{ _id: Types.ObjectId }[]>();
    if (ids.length === 0) return;
    // A message claimed meanwhile is left to its sender, which checks whether the campaign is stopped.
    await serviceMessages.updateMany(
      { _id: { $in: ids.map(({ _id }) => _id) }, ...due },
      { $set: { 'outbox.heldFor': due.senderKey }, $unset: { 'outbox.dueAt': '' } },
    );
  }
}

/**
 * Releases messages held for running campaigns, and cancels those held for cancelled ones. Messages that fail for a
 * reason of their own stay held, and those of the other campaigns follow.
 */
export async function resolveHeld(deps: WriteDeps & { stops: Stops; logger: Logger }): Promise<void> {
  let after = '';
  for (;;) {
    const next = await deps.serviceMessages
      .findOne({ 'outbox.heldFor': { $gt: after } }, { 'outbox.heldFor': 1 })
      .sort({ 'outbox.heldFor': 1 })
      .lean<Pick<ServiceMessage, 'outbox'>>();
    const heldFor = next?.outbox?.heldFor;
    if (heldFor === undefined) return;
    after = heldFor;
    await isolated(
      async () => {
        const stop = (await deps.stops.of([heldFor])).get(heldFor);
        if (stop === 'held') return;
        const resolve = stop === 'cancelled' ? cancelSome : releaseSome;
        // A batch that changed less is left to the next look: one that changes nothing would repeat without end.
        while ((await resolve(deps, heldFor)) === BATCH);
      },
      (err) => deps.logger.error({ err, heldFor }, 'held messages could not be released; it is tried again'),
    );
  }
}

async function cancelSome(deps: WriteDeps, heldFor: string): Promise<number> {
  const held = await deps.serviceMessages
    .find({ 'outbox.heldFor': heldFor })
    .limit(BATCH)
    .lean<ServiceMessage[]>();
  return cancelAll(deps, held);
}

async function releaseSome({ serviceMessages }: WriteDeps, heldFor: string): Promise<number> {
  const held = await serviceMessages
    .find({ 'outbox.heldFor': heldFor }, { _id: 1 })
    .limit(BATCH)
    .lean<{ _id: Types.ObjectId }[]>();
  const { modifiedCount } = await serviceMessages.updateMany(
    { _id: { $in: held.map(({ _id }) => _id) }, 'outbox.heldFor': heldFor },
    { $set: { 'outbox.dueAt': currentTime() }, $unset: { 'outbox.heldFor': '' } },
  );
  return modifiedCount;
}
