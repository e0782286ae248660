/**
 * The networks that the desk can talk through, by name. Domains are given this directory before any network has
 * started; each network enters itself when it does.
 */

import type { Types } from 'mongoose';
import { type CommunityRef, toCommunityRef } from '../communities/communityRef.ts';
import { findCommunity } from '../communities/listCommunities.ts';
import type { Channel } from '../conversations/outbox/channel.ts';
import type { AppContext } from './context.ts';
import { measuredChannel } from './measuredChannel.ts';

export interface Channels {
  enter(network: CommunityRef['network'], channel: Channel): void;
  channelFor(community: CommunityRef): Channel;
  /** Null for a community that is not there any more. */
  communityOf(communityId: Types.ObjectId): Promise<CommunityRef | null>;
  /** Tells the network something that it may show; nothing depends on it, so a failure is only noted. */
  hint(
    communityId: Types.ObjectId,
    what: string,
    tell: (channel: Channel, community: CommunityRef) => Promise<void>,
  ): void;
}

export function createChannels({ store, metrics, logger }: AppContext): Channels {
  const byNetwork = new Map<string, Channel>();
  const channels: Channels = {
    enter: (network, channel) => {
      byNetwork.set(network, measuredChannel(network, channel, metrics));
    },
    channelFor({ network }) {
      const channel = byNetwork.get(network);
      if (!channel) throw new Error(`No channel for the network ${network}`);
      return channel;
    },
    async communityOf(communityId) {
      const community = await findCommunity(store.communities, communityId.toHexString());
      return community && toCommunityRef(community);
    },
    hint(communityId, what, tell) {
      void channels
        .communityOf(communityId)
        .then((community) => community && tell(channels.channelFor(community), community))
        .catch((error: unknown) => logger.debug({ err: error, what }, 'the network was not told'));
    },
  };
  return channels;
}
