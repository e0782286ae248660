/** Takes back what a mailing has in the queue and no network was asked to send; repeatable until nothing is left. */
import type { Model, Types } from 'mongoose';
import type { Community } from '../communities/community.model.ts';
import { beginChange, note } from '../sending/change.ts';
import type { ServiceMessage } from '../sending/serviceMessage.model.ts';
import { type WriteParts, writeChanges } from '../sending/writeChanges.ts';
import type { Mailing } from './mailing.model.ts';
import { senderKeyOf } from './tallies.ts';

const AT_ONCE = 500;

export interface CancelQueuedParts extends WriteParts {
  communities: Model<Community>;
}

/** How many were found. It looks through what waits in the company's queues, not through all that the list ever sent. */
export async function cancelQueued(
  parts: CancelQueuedParts,
  { _id, companyId }: Pick<Mailing, '_id' | 'companyId'>,
): Promise<number> {
  const communities = await parts.communities
    .find({ companyId }, { _id: 1 })
    .lean<{ _id: Types.ObjectId }[]>();
  let found = 0;
  for (const { _id: communityId } of communities)
    found += await cancelIn(parts, communityId, senderKeyOf(_id));
  return found;
}

async function cancelIn(
  parts: CancelQueuedParts,
  communityId: Types.ObjectId,
  senderKey: string,
): Promise<number> {
  const waiting = await parts.serviceMessages
    .find({
      communityId,
      'outbox.dueAt': { $gte: new Date(0) },
      senderKey,
      'outbox.phase': 'waiting',
      status: 'queued',
    })
    .sort({ 'outbox.dueAt': -1 })
    .limit(AT_ONCE)
    .lean<ServiceMessage[]>();
  await cancelAll(parts, waiting);
  return waiting.length;
}

/** Those that wait end; a message that somebody moved meanwhile is left to be found again. */
export async function cancelAll(parts: WriteParts, waiting: ServiceMessage[]): Promise<void> {
  const now = new Date();
  const changes = waiting.map((message) => {
    const change = beginChange(message, { 'outbox.phase': 'waiting' });
    note(change, { status: 'undelivered', at: now, source: 'desk', tryNo: null, code: 'cancelled' }, now);
    return change;
  });
  await writeChanges(parts, changes, now);
}
