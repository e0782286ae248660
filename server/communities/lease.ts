/**
 * Which process listens for a community. Each step is one atomic update that can be repeated. Work done after losing a
 * lease is harmless: everything it stores is stored once, and the checkpoint is fenced by the owner's name.
 */
import type { Model, Types } from 'mongoose';
import { leaseIn } from '../work/lease.ts';
import type { Community } from './community.model.ts';

export interface LeaseTimes {
  /** How long a lease lasts without being renewed. */
  leaseMs: number;
  renewEveryMs: number;
  /** How often a process that does not hold it looks whether it is free. */
  lookEveryMs: number;
}

/** 6 s and 1 s: another process listens within 10 s of a death, on a busy machine too. */
export const usualLeaseTimes: LeaseTimes = { leaseMs: 6_000, renewEveryMs: 1_900, lookEveryMs: 1_000 };

const lease = leaseIn('lease');

/** True when the lease is the owner's now, newly claimed or held already. */
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

/** False when another process has claimed it, or the community was switched off. */
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

/** Hands the community over at once; nothing happens when the lease is another's. */
export async function releaseLease(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
): Promise<void> {
  const { filter, set } = lease.release(owner);
  await communities.updateOne({ _id: id, ...filter }, { $set: set });
}
