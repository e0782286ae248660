/** A community that its network refused: when it is asked again, and how it goes on. */

import { currentTime } from '../work/clock.ts';
import type { Community, CommunityConnection, StopReason } from './community.model.ts';
import { toCommunityView } from './communityView.ts';
import type { ConnectionDeps } from './connection.ts';
import { nextTryAt } from './stopRetries.ts';

/** Whether a stopped community may be tried now. One that an earlier version stopped has no time, and may. */
export function isTryDue({ state, nextTryAt: at }: CommunityConnection, now: Date): boolean {
  return state === 'stopped' && (at ?? now) <= now;
}

/**
 * The network was asked again and did not accept the community. @param refusal null when it did not answer: the same
 * wait follows once more.
 */
export async function postponeTry(
  deps: ConnectionDeps,
  { _id, tokenSealed, connection }: Pick<Community, '_id' | 'tokenSealed' | 'connection'>,
  refusal: { stopReason: StopReason; networkCode: number | null } | null,
): Promise<void> {
  const retries = (connection.retries ?? 0) + (refusal ? 1 : 0);
  const at = nextTryAt(retries, deps.stopRetryWaitsMs);
  await writeStopped(
    deps,
    { _id, tokenSealed },
    {
      'connection.retries': retries,
      'connection.nextTryAt': at,
      ...(refusal
        ? { 'connection.stopReason': refusal.stopReason, 'connection.networkCode': refusal.networkCode }
        : {}),
    },
  );
}

/** The network accepts the community again: its listener may go on. False when it is not stopped any more. */
export function resumeStopped(
  deps: ConnectionDeps,
  { _id, tokenSealed }: Pick<Community, '_id' | 'tokenSealed'>,
): Promise<boolean> {
  return writeStopped(
    deps,
    { _id, tokenSealed },
    {
      connection: { state: 'connecting', since: currentTime(), stopReason: null, networkCode: null },
    },
  );
}

async function writeStopped(
  { communities, publish }: ConnectionDeps,
  community: Pick<Community, '_id' | 'tokenSealed'>,
  set: Record<string, unknown>,
): Promise<boolean> {
  const changed = await communities
    .findOneAndUpdate(
      { ...community, isEnabled: true, 'connection.state': 'stopped' },
      { $set: set },
      { returnDocument: 'after' },
    )
    .lean<Community>();
  if (!changed) return false;
  publish({ type: 'community.changed', community: toCommunityView(changed) });
  return true;
}
