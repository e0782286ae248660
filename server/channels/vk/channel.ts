/** VK as a channel: what the desk's domains call to talk through a community's dialogues. */

import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Channel, CommunityStopped } from '../../conversations/outbox/channel.ts';
import { type UsableDeps, unlessStopped } from '../usableCommunity.ts';
import type { VkClient, VkClients } from './clients.ts';
import { meaningOf, VkCallError } from './errors.ts';
import { findSent } from './findSent.ts';
import { readProfiles } from './profiles.ts';
import { sendMessage } from './send.ts';

export interface VkChannelDeps extends UsableDeps {
  clients: VkClients;
}

export function createVkChannel(deps: VkChannelDeps): Channel {
  const { clients } = deps;

  /** What VK's library throws holds the call's parameters; outside this folder only the code is of use. */
  async function withClient<T>(community: CommunityRef, call: (client: VkClient) => Promise<T>): Promise<T> {
    const client = await clients.of(community);
    if (!client) throw new Error(`There is no community ${community.id}, or it is switched off`);
    return call(client).catch((error: unknown) => {
      throw new VkCallError(error);
    });
  }

  const forAnswer = <T extends { kind: string }>(
    community: CommunityRef,
    call: (client: VkClient) => Promise<T | CommunityStopped>,
  ) => unlessStopped({ ...deps, meaningOf }, community, (each) => call(clients.ofCommunity(each)));

  return {
    send: (community, message) => forAnswer(community, (client) => sendMessage(client, message)),
    findSent: (community, sent) => forAnswer(community, (client) => findSent(client, sent)),
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
}
