/** The channel of VK: sends answers, looks them up and sends read marks and typing in a community's dialogues. */
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

  /** Replaces vk-io's errors, which hold the call's parameters, by `VkCallError`, which holds the code only. */
  async function withClient<T>(community: CommunityRef, call: (client: VkClient) => Promise<T>): Promise<T> {
    const client = await clients.of(community);
    if (!client) throw new Error(`Community ${community.id} does not exist or is disabled`);
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
