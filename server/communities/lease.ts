/**
 * Which process listens for a community. Each step is one atomic update that can be repeated; a process that dies
 * is believed alive until its lease ends, then another takes over. Work done after losing a lease is harmless,
 * because everything it stores is stored once, and the checkpoint is fenced by the owner's name.
 * The machines' clocks must agree within a second or two, as NTP keeps them.
 */
import type { Model, Types } from 'mongoose';
import type { Community } from './community.model.ts';

export interface LeaseTimes {
  /** How long a lease lasts without being renewed. */
  ttlMs: number;
  renewEveryMs: number;
  /** How often those who do not hold it look whether it is free. */
  lookEveryMs: number;
}

/** 6 s and 1 s: another process listens within 10 s of a death, on a busy machine too. */
export const usualLeaseTimes: LeaseTimes = { ttlMs: 6_000, renewEveryMs: 1_900, lookEveryMs: 1_000 };

/** True when the lease is ours now, freshly taken or ours already. */
export async function acquireLease(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
  ttlMs: number,
): Promise<boolean> {
  const now = Date.now();
  const { matchedCount } = await communities.updateOne(
    {
      _id: id,
      isEnabled: true,
      $or: [{ lease: null }, { 'lease.owner': owner }, { 'lease.until': { $lte: new Date(now) } }],
    },
    { $set: { lease: { owner, until: new Date(now + ttlMs) } } },
  );
  return matchedCount === 1;
}

/** False when another process has taken it, or the community was switched off. */
export async function renewLease(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
  ttlMs: number,
): Promise<boolean> {
  const { matchedCount } = await communities.updateOne(
    { _id: id, isEnabled: true, 'lease.owner': owner },
    { $set: { lease: { owner, until: new Date(Date.now() + ttlMs) } } },
  );
  return matchedCount === 1;
}

/** Hands the community over at once; nothing happens when the lease is another's. */
export async function releaseLease(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
): Promise<void> {
  await communities.updateOne({ _id: id, 'lease.owner': owner }, { $set: { lease: null } });
}
