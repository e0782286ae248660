/**
 * The lease of the process that listens for a community. Each step is one atomic update and may be repeated. Work
 * done after losing a lease is harmless: messages are stored once, and only the lease's owner can write the
 * checkpoint.
 */
import type { Model, Types } from 'mongoose';
import { leaseIn } from '../work/lease.ts';
import type { Community } from './community.model.ts';

export interface LeaseTimes {
  /** How long a lease lasts without a renewal. */
  leaseMs: number;
  renewEveryMs: number;
  /** How often a process without the lease checks whether it is free. */
  lookEveryMs: number;
}

/** With 6 s and 1 s, another process takes over within 10 s of a crash, even on a busy machine. */
export const usualLeaseTimes: LeaseTimes = { leaseMs: 6_000, renewEveryMs: 1_900, lookEveryMs: 1_000 };

const lease = leaseIn('lease');

/** True when `owner` holds the lease now, newly claimed or from before. */
export async function claimLease(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
  leaseMs: number,
): Promise<boolean> {
  const { filter, set } = lease.claim(owner, leaseMs);
  const { matchedCount } = await communities.updateOne(
    { _id: id, isEnabled: true, ...filter },
    { $set: set },
  );
  return matchedCount === 1;
}

/** False when another process has claimed the lease, or the community was disabled. */
export async function renewLease(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
  leaseMs: number,
): Promise<boolean> {
  const { filter, set } = lease.renew(owner, leaseMs);
  const { matchedCount } = await communities.updateOne(
    { _id: id, isEnabled: true, ...filter },
    { $set: set },
  );
  return matchedCount === 1;
}

/** Frees the lease at once; does nothing when another process holds it. */
export async function releaseLease(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
): Promise<void> {
  const { filter, set } = lease.release(owner);
  await communities.updateOne({ _id: id, ...filter }, { $set: set });
}
