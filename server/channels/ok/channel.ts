/** The channel of OK: sends answers and looks them up in a group's dialogues. */
import type { Types } from 'mongoose';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Channel, CommunityStopped } from '../../conversations/outbox/channel.ts';
import { type UsableDeps, unlessStopped } from '../usableCommunity.ts';
import type { Chats } from './chats.ts';
import type { OkClient, OkClients } from './clients.ts';
import { meaningOf } from './errors.ts';
import { findSent } from './history.ts';
import { sendMessage } from './send.ts';

/**
 * Returns those of the ids that the desk already stores as other messages of the dialogue. The entry of
 * `exceptServiceMessage` does not count: it was made from the history and is the message being looked up.
 */
export type StoredIds = (
  community: CommunityRef,
  peerId: string,
  externalIds: string[],
  exceptServiceMessage?: Types.ObjectId | null,
) => Promise<string[]>;

export interface OkChannelDeps extends UsableDeps {
  clients: OkClients;
  chats: Chats;
  storedIds: StoredIds;
}

export function createOkChannel(deps: OkChannelDeps): Channel {
  const { clients, chats } = deps;
  const usable = { ...deps, meaningOf };
  const call = <T extends { kind: string }>(
    community: CommunityRef,
    ask: (client: OkClient) => Promise<T | CommunityStopped>,
  ) => unlessStopped(usable, community, (each) => ask(clients.ofCommunity(each)));

  return {
    send: (community, message) => call(community, (client) => sendMessage(client, message)),
    findSent: (community, sent) =>
      call(community, (client) =>
        findSent(chats, client, sent, (ids) => deps.storedIds(community, sent.peerId, ids)),
      ),
    // The Bot API documents no call for marking a chat as read or showing that somebody is typing.
    markRead: async () => undefined,
    showTyping: async () => undefined,
    async profiles(community, userIds) {
      const client = await clients.of(community);
      if (!client) return [];
      const profiles = [];
      for (const userId of userIds) {
        const chat = await chats.find(client, userId);
        if (chat?.name)
          profiles.push({ externalUserId: userId, name: chat.name, avatarSourceUrl: null, isDeleted: false });
      }
      return profiles;
    },
  };
}
