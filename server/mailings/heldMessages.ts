/**
 * What of a paused list waits in the queue lies there held, out of every sender's sight, and its time runs on (N19). It
 * is put aside when the list is paused; what slips through is put aside by the sender itself, who asks of each claim
 * whether the list has stopped (`stoppedLists.ts`). Whatever is held for a list that goes on is let go, whoever held it
 * and whenever, so each step may be cut off and done again.
 */
import type { Model, Types } from 'mongoose';
import type { Community } from '../communities/community.model.ts';
import type { Stops } from '../sending/ports.ts';
import type { ServiceMessage } from '../sending/serviceMessage.model.ts';
import type { WriteParts } from '../sending/writeChanges.ts';
import { cancelAll } from './cancelQueued.ts';
import type { Mailing } from './mailing.model.ts';
import { senderKeyOf } from './tallies.ts';

const AT_ONCE = 500;
/** How much of a queue that others fill is looked through; what of the list lies deeper is held when its turn comes. */
const LOOKED_THROUGH = 10_000;

export interface HoldParts {
  communities: Model<Community>;
  serviceMessages: Model<ServiceMessage>;
}

/** Of a list that was paused: what is due, so that it takes no place from what others send. */
export async function holdQueued(
  { communities, serviceMessages }: HoldParts,
  { _id, companyId }: Pick<Mailing, '_id' | 'companyId'>,
): Promise<void> {
  const heldFor = senderKeyOf(_id);
  const now = new Date();
  const own = await communities.find({ companyId }, { _id: 1 }).lean<{ _id: Types.ObjectId }[]>();
  for (const { _id: communityId } of own) {
    const ids: Types.ObjectId[] = [];
    const queue = serviceMessages
      .find({ communityId, 'outbox.dueAt': { $lte: now } }, { senderKey: 1 })
      .sort({ 'outbox.dueAt': 1 })
      .limit(LOOKED_THROUGH)
      .batchSize(AT_ONCE)
      .lean<Pick<ServiceMessage, '_id' | 'senderKey'>[]>()
      .cursor();
    for await (const { _id: messageId, senderKey } of queue) if (senderKey === heldFor) ids.push(messageId);
    for (let at = 0; at < ids.length; at += AT_ONCE)
      await serviceMessages.updateMany(
        {
          _id: { $in: ids.slice(at, at + AT_ONCE) },
          'outbox.phase': 'waiting',
          'outbox.dueAt': { $lte: now },
        },
        { $set: { 'outbox.heldFor': heldFor }, $unset: { 'outbox.dueAt': '' } },
      );
  }
}

/** Lets go what is held for lists that go on, and ends what is held for cancelled ones. */
export async function settleHeld(parts: WriteParts & { stops: Stops }): Promise<void> {
  let after = '';
  for (;;) {
    const next = await parts.serviceMessages
      .findOne({ 'outbox.heldFor': { $gt: after } }, { 'outbox.heldFor': 1 })
      .sort({ 'outbox.heldFor': 1 })
      .lean<Pick<ServiceMessage, 'outbox'>>();
    const heldFor = next?.outbox?.heldFor;
    if (heldFor === undefined) return;
    after = heldFor;
    const stop = (await parts.stops.of([heldFor])).get(heldFor);
    if (stop === 'held') continue;
    const settle = stop === 'cancelled' ? cancelSome : letSomeGo;
    while ((await settle(parts, heldFor)) === AT_ONCE);
  }
}

async function cancelSome(parts: WriteParts, heldFor: string): Promise<number> {
  const held = await parts.serviceMessages
    .find({ 'outbox.heldFor': heldFor })
    .limit(AT_ONCE)
    .lean<ServiceMessage[]>();
  await cancelAll(parts, held);
  return held.length;
}

async function letSomeGo({ serviceMessages }: WriteParts, heldFor: string): Promise<number> {
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
