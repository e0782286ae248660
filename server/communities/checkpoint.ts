/** How far a community's events are stored. Only the process that holds the lease may advance it. */
import type { Model, Types } from 'mongoose';
import type { Community } from './community.model.ts';

export interface CheckpointStep {
  ts: string;
  at: Date;
  /** When the newest event arrived; absent when no event arrived. */
  lastEventAt?: Date;
}

/** Call it only after the events are stored. False when another process owns the lease: the caller must stop. */
export async function advanceCheckpoint(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
  { ts, at, lastEventAt }: CheckpointStep,
): Promise<boolean> {
  const { matchedCount } = await communities.updateOne(
    { _id: id, 'lease.owner': owner },
    { $set: { checkpoint: { ts, at }, ...(lastEventAt ? { lastEventAt } : {}) } },
  );
  return matchedCount === 1;
}
