/**
 * What of a paused list waits in the queue lies there held, out of every sender's sight, and its time runs on (N19). It
 * is put aside when the list is paused; what slips through is put aside by the sender itself, who asks of each claim
 * whether the list has stopped (`stoppedLists.ts`). Whatever is held for a list that goes on is let go, whoever held it
 * and whenever, so each step may be cut off and done again.
 */
import type { Model, Types } from 'mongoose';
import type { Stops } from '../serviceMessages/ports.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { WriteDeps } from '../serviceMessages/writeChanges.ts';
import type { Campaign } from './campaign.model.ts';
import { cancelAll, waitingOf } from './cancelQueued.ts';

const AT_ONCE = 500;

export interface HoldDeps {
  serviceMessages: Model<ServiceMessage>;
}

/** Of a list that was paused: what is due, so that it takes no place from what others send. */
export async function holdQueued(
  { serviceMessages }: HoldDeps,
  campaign: Pick<Campaign, '_id'>,
): Promise<void> {
  const due = waitingOf(campaign, new Date());
  for (;;) {
    const ids = await serviceMessages
      .find(due, { _id: 1 })
      .sort({ 'outbox.dueAt': 1 })
      .limit(AT_ONCE)
      .lean<{ _id: Types.ObjectId }[]>();
    if (ids.length === 0) return;
    // A message that was claimed meanwhile is left to its sender, who asks whether the list has stopped.
    await serviceMessages.updateMany(
      { _id: { $in: ids.map(({ _id }) => _id) }, ...due },
      { $set: { 'outbox.heldFor': due.senderKey }, $unset: { 'outbox.dueAt': '' } },
    );
  }
}

/** Lets go what is held for lists that go on, and ends what is held for cancelled ones. */
export async function resolveHeld(deps: WriteDeps & { stops: Stops }): Promise<void> {
  let after = '';
  for (;;) {
    const next = await deps.serviceMessages
      .findOne({ 'outbox.heldFor': { $gt: after } }, { 'outbox.heldFor': 1 })
      .sort({ 'outbox.heldFor': 1 })
      .lean<Pick<ServiceMessage, 'outbox'>>();
    const heldFor = next?.outbox?.heldFor;
    if (heldFor === undefined) return;
    after = heldFor;
    const stop = (await deps.stops.of([heldFor])).get(heldFor);
    if (stop === 'held') continue;
    const resolve = stop === 'cancelled' ? cancelSome : letSomeGo;
    while ((await resolve(deps, heldFor)) === AT_ONCE);
  }
}

async function cancelSome(deps: WriteDeps, heldFor: string): Promise<number> {
  const held = await deps.serviceMessages
    .find({ 'outbox.heldFor': heldFor })
    .limit(AT_ONCE)
    .lean<ServiceMessage[]>();
  await cancelAll(deps, held);
  return held.length;
}

async function letSomeGo({ serviceMessages }: WriteDeps, heldFor: string): Promise<number> {
  const held = await serviceMessages
    .find({ 'outbox.heldFor': heldFor }, { _id: 1 })
    .limit(AT_ONCE)
    .lean<{ _id: Types.ObjectId }[]>();
  await serviceMessages.updateMany(
    { _id: { $in: held.map(({ _id }) => _id) }, 'outbox.heldFor': heldFor },
    { $set: { 'outbox.dueAt': new Date() }, $unset: { 'outbox.heldFor': '' } },
  );
  return held.length;
}
