/**
 * Claims the due messages of one community, many at once. A claim is a lease in the message's own document. If the
 * process dies, the lease expires, and the next sender looks up each message before it sends it again.
 */
import { type Model, Types } from 'mongoose';
import { dueLease } from '../../work/lease.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';

/** Longer than a channel's slowest call, so that a live process never loses a claim while it sends. */
const CLAIM_LEASE_MS = 60_000;

/** Each claim has its own id: a process may hold several claims of one community. */
const serviceLease = dueLease({ dueAt: 'outbox.dueAt', owner: 'outbox.claimId' });

export interface Claim {
  claimId: Types.ObjectId;
  messages: ServiceMessage[];
  /** Those of `messages` that an earlier sender may have handed to the network. */
  mayBeSent: Set<ServiceMessage>;
}

export interface Due {
  _id: Types.ObjectId;
  outbox: ServiceMessage['outbox'] & object;
}

/** Finds due messages, the longest waiting first; claims nothing. */
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

/** After this, each message counts as possibly sent until its outcome is written. */
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
