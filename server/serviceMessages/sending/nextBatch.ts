/** Claims the messages that one community may send now: due, and within its rate. */

import { Types } from 'mongoose';
import type { CommunityRef } from '../../communities/communityRef.ts';
import { currentTime } from '../../work/clock.ts';
import { claimDue, findDue } from './claimBatch.ts';
import type { Rates } from './rates.ts';
import { type SendBatchDeps, sendBatch } from './sendBatch.ts';
import type { ServiceChannels } from './serviceChannel.ts';

export interface NextBatchDeps extends SendBatchDeps {
  rates: Rates;
  channels: ServiceChannels;
  /** How long a claim holds without an outcome. Tests may set less than `CLAIM_LEASE_MS`. */
  claimLeaseMs?: number;
}

/** Large enough to share one write among many messages; small enough that a crash leaves few to look up. */
const BATCH_MAX = 500;

/** Returns the function that sends the batch; null when nothing is due, no channel can send, or the rate is spent. */
export async function nextBatch(
  deps: NextBatchDeps,
  community: CommunityRef,
): Promise<(() => Promise<void>) | null> {
  const now = currentTime();
  const communityId = new Types.ObjectId(community.id);
  // Each queued message wakes the sender, so a look while this second's rate is spent must cost nothing.
  if (deps.rates.isSpent(communityId)) return null;
  const channel = await deps.channels.forCommunity(community);
  if (!channel) return null;
  const limit = Math.min(BATCH_MAX, channel.mostPerCall, channel.perSecond);
  const due = await findDue(deps.serviceMessages, communityId, limit, now);
  if (due.length === 0) return null;
  const granted = await deps.rates.reserve(communityId, due.length, channel.perSecond);
  if (granted === 0) return null;
  const claim = await claimDue(deps.serviceMessages, due.slice(0, granted), now, deps.claimLeaseMs);
  return claim.messages.length === 0 ? null : () => sendBatch(deps, community, channel, claim);
}
