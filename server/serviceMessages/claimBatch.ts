/**
 * Claims what is due of one community, many at once. A claim is a lease in the message's own row: a process that dies
 * leaves it to run out, and what it may have handed over is looked up before it is sent again.
 */
import { type Model, Types } from 'mongoose';
import { dueLease } from '../work/lease.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';

/** Longer than the slowest call of a channel, so that a living process never loses what it is sending. */
const CLAIM_LEASE_MS = 60_000;

/** Each claim has an id of its own: a process may hold several of one community. */
const serviceLease = dueLease({ dueAt: 'outbox.dueAt', owner: 'outbox.claimId' });

export interface Claim {
  claimId: Types.ObjectId;
  messages: ServiceMessage[];
  /** Of these, what an earlier sender may have handed over. */
  mayBeSent: Set<ServiceMessage>;
}

export interface Due {
  _id: Types.ObjectId;
  outbox: ServiceMessage['outbox'] & object;
}

/** What waits to be sent, the longest waiting first; nothing is claimed yet. */
export function findDue(
  serviceMessages: Model<ServiceMessage>,
  communityId: Types.ObjectId,
  limit: number,
  now: Date,
): Promise<Due[]> {
  return serviceMessages
    .find({ communityId, 'outbox.dueAt': { $lte: now } }, { outbox: 1 })
    .sort({ 'outbox.dueAt': 1 })
    .limit(limit)
    .lean<Due[]>()
    .exec();
}

/** From here on each may have been sent, until the outcome is written. */
export async function claimDue(
  serviceMessages: Model<ServiceMessage>,
  due: Due[],
  now: Date,
  leaseMs = CLAIM_LEASE_MS,
): Promise<Claim> {
  const claimId = new Types.ObjectId();
  const { filter, set } = serviceLease.claim(claimId, leaseMs, now);
  const claimed = { $set: { ...set, 'outbox.phase': 'calling' }, $inc: { 'outbox.attempts': 1 } };
  const idsIn = (phase: 'waiting' | 'calling') =>
    due.filter(({ outbox }) => outbox.phase === phase).map(({ _id }) => _id);
  for (const phase of ['waiting', 'calling'] as const) {
    const ids = idsIn(phase);
    if (ids.length === 0) continue;
    await serviceMessages.collection.updateMany(
      { _id: { $in: ids }, 'outbox.phase': phase, ...filter },
      claimed as never,
    );
  }
  const messages = await serviceMessages
    .find({ _id: { $in: due.map(({ _id }) => _id) }, 'outbox.claimId': claimId })
    .lean<ServiceMessage[]>();
  const calling = new Set(idsIn('calling').map(String));
  return {
    claimId,
    messages,
    mayBeSent: new Set(messages.filter(({ _id }) => calling.has(_id.toHexString()))),
  };
}
