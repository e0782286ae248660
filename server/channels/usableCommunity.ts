/** Calls for a community that may not be called: one that is off, or that its network has refused. */

import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../communities/community.model.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import { type PublishCommunity, setConnection } from '../communities/connection.ts';
import type { CommunityStopped } from '../conversations/outbox/channel.ts';
import type { MeaningOf } from './calls.ts';

export interface UsableDeps {
  communities: Model<Community>;
  publish: PublishCommunity;
  logger: Logger;
}

/** For calls that an answer waits for: what cannot be used is said, and what the network says of the token is kept. */
export async function unlessStopped<T extends { kind: string }>(
  deps: UsableDeps & { meaningOf: MeaningOf },
  { id }: CommunityRef,
  call: (community: Community) => Promise<T | CommunityStopped>,
): Promise<T | CommunityStopped> {
  const community = await deps.communities.findById(id).lean<Community>();
  if (!community?.isEnabled) return { kind: 'communityStopped', networkCode: null };
  const { state, stopReason, networkCode } = community.connection;
  // The network has refused this very token; asking again with it only draws attention.
  if (state === 'stopped' && stopReason === 'tokenRejected') return { kind: 'communityStopped', networkCode };
  const outcome = await call(community);
  // An agent's answer may be the first to learn that the token is dead.
  if (isStop(outcome) && outcome.networkCode !== null) await keepStop(deps, community, outcome.networkCode);
  return outcome;
}

/** For service messages: a community that is stopped for whatever reason sends none. */
export async function usableCommunity(
  { communities }: Pick<UsableDeps, 'communities'>,
  { id }: CommunityRef,
): Promise<Community | null> {
  const community = await communities.findById(id).lean<Community>();
  return community?.isEnabled && community.connection.state !== 'stopped' ? community : null;
}

/** Keeps that the network refuses the community, where that is what its code means. */
export async function keepStop(
  { communities, publish, logger, meaningOf }: UsableDeps & { meaningOf: MeaningOf },
  community: Community,
  networkCode: number,
): Promise<void> {
  const meaning = meaningOf(networkCode);
  if (meaning.class !== 'community') return;
  const { stopReason } = meaning;
  const { _id: communityId, network } = community;
  logger.error({ communityId, network, networkCode, stopReason }, 'the network refuses this community');
  await setConnection({ communities, publish }, community, { state: 'stopped', stopReason, networkCode });
}

function isStop(outcome: { kind: string }): outcome is CommunityStopped {
  return outcome.kind === 'communityStopped';
}
