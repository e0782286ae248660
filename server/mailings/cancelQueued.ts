/** Takes back what a mailing has in the queue and no network was asked to send; repeatable until nothing is left. */
import type { Model } from 'mongoose';
import { beginChange, note } from '../sending/change.ts';
import type { FollowUps } from '../sending/followUps.ts';
import type { ServiceMessage } from '../sending/serviceMessage.model.ts';
import { writeChanges } from '../sending/writeChanges.ts';

const AT_ONCE = 500;

/** How many were found; zero when nothing waits any more. */
export async function cancelQueued(
  parts: { serviceMessages: Model<ServiceMessage>; followUps: FollowUps },
  senderKey: string,
): Promise<number> {
  const waiting = await parts.serviceMessages
    .find({ senderKey, status: 'queued', 'outbox.phase': 'waiting' })
    .sort({ acceptedAt: -1, _id: -1 })
    .limit(AT_ONCE)
    .lean<ServiceMessage[]>();
  const now = new Date();
  const changes = waiting.map((message) => {
    const change = beginChange(message, { 'outbox.phase': 'waiting' });
    note(change, { status: 'undelivered', at: now, source: 'desk', tryNo: null, code: 'cancelled' }, now);
    return change;
  });
  if (changes.length > 0) await writeChanges(parts, changes, now);
  return waiting.length;
}
