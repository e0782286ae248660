/** VK as a channel: what the desk's domains call to talk through a community's dialogues. */
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import { type AnnounceCommunity, setConnection } from '../../communities/connection.ts';
import type { Channel, CommunityStopped } from '../../delivery/channel.ts';
import type { CommunityRef } from '../../messages/networkEvent.ts';
import type { VkClient, VkClients } from './clients.ts';
import { meaningOf, VkCallError } from './errors.ts';
import { findSent } from './findSent.ts';
import { readProfiles } from './profiles.ts';
import { sendMessage } from './send.ts';

export interface VkChannelParts {
  communities: Model<Community>;
  clients: VkClients;
  announce: AnnounceCommunity;
  logger: Logger;
}

export function createVkChannel({ communities, clients, announce, logger }: VkChannelParts): Channel {
  /** What VK's library throws holds the call's parameters; outside this folder only the code is of use. */
  async function withClient<T>(community: CommunityRef, call: (client: VkClient) => Promise<T>): Promise<T> {
    const client = await clients.of(community);
    if (!client) throw new Error(`There is no community ${community.id}, or it is switched off`);
    return call(client).catch((error: unknown) => {
      throw new VkCallError(error);
    });
  }

  /** For calls that an answer waits for: what cannot be used is said, and what VK says of the token is kept. */
  async function unlessStopped<T extends { kind: string }>(
    { id }: CommunityRef,
    call: (client: VkClient) => Promise<T | CommunityStopped>,
  ): Promise<T | CommunityStopped> {
    const community = await communities.findById(id).lean<Community>();
    if (!community?.isEnabled) return { kind: 'communityStopped', networkCode: null };
    const { state, stopReason, networkCode } = community.connection;
    // VK has refused this very token; asking again with it only draws attention.
    if (state === 'stopped' && stopReason === 'tokenRejected')
      return { kind: 'communityStopped', networkCode };
    const outcome = await call(clients.ofCommunity(community));
    if (isStop(outcome) && outcome.networkCode !== null) await stop(community, outcome.networkCode);
    return outcome;
  }

  return {
    send: (community, message) => unlessStopped(community, (client) => sendMessage(client, message)),
    findSent: (community, sent) => unlessStopped(community, (client) => findSent(client, sent)),
    async markRead(community, peerId, upToExternalId) {
      await withClient(community, ({ vk, groupId }) =>
        vk.api.messages.markAsRead({
          peer_id: Number(peerId),
          up_to_cmid: Number(upToExternalId),
          group_id: groupId,
        }),
      );
    },
    async showTyping(community, peerId) {
      await withClient(community, ({ vk, groupId }) =>
        vk.api.messages.setActivity({ peer_id: Number(peerId), type: 'typing', group_id: groupId }),
      );
    },
    profiles: (community, externalUserIds) =>
      withClient(community, (client) => readProfiles(client, externalUserIds)),
  };

  /** An agent's answer may be the first to learn that the token is dead. */
  async function stop(community: Community, networkCode: number): Promise<void> {
    const meaning = meaningOf(networkCode);
    if (meaning.class !== 'community') return;
    const { stopReason } = meaning;
    logger.error({ communityId: community._id, networkCode, stopReason }, 'VK refuses this community');
    await setConnection({ communities, announce }, community, { state: 'stopped', stopReason, networkCode });
  }
}

function isStop(outcome: { kind: string }): outcome is CommunityStopped {
  return outcome.kind === 'communityStopped';
}
