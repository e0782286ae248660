/**
 * The networks that the desk can talk through, by name. Domains get this directory before any network has started;
 * each network registers itself when it starts.
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
  /** Null for a community that no longer exists. */
  communityOf(communityId: Types.ObjectId): Promise<CommunityRef | null>;
  /** Sends the network a hint, such as "typing". Nothing depends on it, so a failure is only logged. */
  hint(
    communityId: Types.ObjectId,
    what: string,
    send: (channel: Channel, community: CommunityRef) => Promise<void>,
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
    hint(communityId, what, send) {
      void channels
        .communityOf(communityId)
        .then((community) => community && send(channels.channelFor(community), community))
        .catch((error: unknown) =>
          logger.debug({ err: error, what }, 'a hint could not be sent to the network'),
        );
    },
  };
  return channels;
}
