/** Whether a community's intake stands still: it has something to store, or asks its network, and nothing moves. */
import type { Community } from './community.model.ts';
import { toCommunityView } from './communityView.ts';
import type { ConnectionDeps } from './connection.ts';

/** Writes and publishes only a change. @param since when it last moved; null when it moves. */
export async function setStalled(
  { communities, publish }: ConnectionDeps,
  communityId: string,
  since: Date | null,
): Promise<void> {
  const changed = await communities
    .findOneAndUpdate(
      { _id: communityId, stalledSince: since === null ? { $ne: null } : null },
      { $set: { stalledSince: since } },
      { returnDocument: 'after' },
    )
    .lean<Community>();
  if (changed) publish({ type: 'community.changed', community: toCommunityView(changed) });
}

/**
 * Clears what a process wrote that died since. Call it after progress; a process that still stands still writes it
 * again within some seconds.
 */
export async function clearStalled(deps: ConnectionDeps, community: Pick<Community, '_id'>): Promise<void> {
  await setStalled(deps, community._id.toHexString(), null);
}
