/** How far a community's events have been read. Only the process that holds the lease may move it. */
import type { Model, Types } from 'mongoose';
import type { Community } from './community.model.ts';

export interface CheckpointStep {
  ts: string;
  at: Date;
  /** When the newest event came; absent when there was none. */
  lastEventAt?: Date;
}

/** False when the lease is another's: the caller must stop listening. Call it only after the events are durable. */
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
