/** Finds what one community may send now: due, within its rate, claimed. */

import { Types } from 'mongoose';
import type { CommunityRef } from '../communities/communityRef.ts';
import { claimDue, findDue } from './claimBatch.ts';
import type { Rates } from './rates.ts';
import { type SendBatchDeps, sendBatch } from './sendBatch.ts';
import type { ServiceChannels } from './serviceChannel.ts';

export interface NextBatchDeps extends SendBatchDeps {
  rates: Rates;
  channels: ServiceChannels;
  /** How long a claim holds without an outcome; `CLAIM_LEASE_MS` unless a test has no time for it. */
  claimLeaseMs?: number;
}

/** Enough to share one write among many, few enough that a process that dies leaves little to look up. */
const BATCH_MAX = 500;

/** What sends the batch; null when nothing is due, nothing can be sent, or the rate of this second is spent. */
export async function nextBatch(
  deps: NextBatchDeps,
  community: CommunityRef,
): Promise<(() => Promise<void>) | null> {
  const now = new Date();
  const communityId = new Types.ObjectId(community.id);
  // Whoever queues a message wakes the sender: a look while the second is spent must cost nothing.
  if (deps.rates.isSpent(communityId, now)) return null;
  const channel = await deps.channels.forCommunity(community);
  if (!channel) return null;
  const most = Math.min(BATCH_MAX, channel.mostPerCall, channel.perSecond);
  const due = await findDue(deps.serviceMessages, communityId, most, now);
  if (due.length === 0) return null;
  const granted = await deps.rates.reserve(communityId, due.length, channel.perSecond, now);
  if (granted === 0) return null;
  const claim = await claimDue(deps.serviceMessages, due.slice(0, granted), now, deps.claimLeaseMs);
  return claim.messages.length === 0 ? null : () => sendBatch(deps, community, channel, claim);
}
