/** Guards calls for communities: skips a disabled or refused community, and stores a new refusal by its network. */
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../communities/community.model.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import { type ConnectionDeps, type PublishCommunity, setConnection } from '../communities/connection.ts';
import type { CommunityStopped } from '../conversations/outbox/channel.ts';
import type { MeaningOf } from './calls.ts';

export interface UsableDeps extends Pick<ConnectionDeps, 'stopRetryWaitsMs'> {
  communities: Model<Community>;
  publish: PublishCommunity;
  logger: Logger;
}

/**
 * For an agent's answers. Returns `communityStopped` without a call when the community is disabled or its token is
 * rejected; stores the stop when the network rejects the token now.
 */
export async function unlessStopped<T extends { kind: string }>(
  deps: UsableDeps & { meaningOf: MeaningOf },
  { id }: CommunityRef,
  call: (community: Community) => Promise<T | CommunityStopped>,
): Promise<T | CommunityStopped> {
  const community = await deps.communities.findById(id).lean<Community>();
  if (!community?.isEnabled) return { kind: 'communityStopped', networkCode: null };
  const { state, stopReason, networkCode } = community.connection;
  // The network has already rejected this token, or the desk cannot read it; repeated calls only look suspicious.
  if (state === 'stopped' && (stopReason === 'tokenRejected' || stopReason === 'tokenUnreadable'))
    return { kind: 'communityStopped', networkCode };
  const outcome = await call(community);
  // An agent's answer may be the first call to find out that the token is revoked.
  if (isStop(outcome) && outcome.networkCode !== null) await keepStop(deps, community, outcome.networkCode);
  return outcome;
}

/** For service messages. Null for a community that is missing, disabled or stopped, whatever the reason. */
export async function usableCommunity(
  { communities }: Pick<UsableDeps, 'communities'>,
  { id }: CommunityRef,
): Promise<Community | null> {
  const community = await communities.findById(id).lean<Community>();
  return community?.isEnabled && community.connection.state !== 'stopped' ? community : null;
}

/** Stores that the network refuses the community, if the code means that; otherwise does nothing. */
export async function keepStop(
  deps: UsableDeps & { meaningOf: MeaningOf },
  community: Community,
  networkCode: number,
): Promise<void> {
  const { logger } = deps;
  const meaning = deps.meaningOf(networkCode);
  if (meaning.class !== 'community') return;
  const { stopReason } = meaning;
  const { _id: communityId, network } = community;
  logger.error({ communityId, network, networkCode, stopReason }, 'the network refuses this community');
  await setConnection(deps, community, { state: 'stopped', stopReason, networkCode });
}

function isStop(outcome: { kind: string }): outcome is CommunityStopped {
  return outcome.kind === 'communityStopped';
}
