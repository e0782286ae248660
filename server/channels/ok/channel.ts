/** OK as a channel: what the desk's domains call to talk through a group's dialogues. */

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
 * Of these ids of a dialogue's messages, those that the desk holds as other messages than the service message that is
 * looked for: its own entry, made from the history, is the one that was sent.
 */
export type StoredIds = (
  community: CommunityRef,
  peerId: string,
  externalIds: string[],
  soughtServiceMessage?: Types.ObjectId | null,
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
    // The Bot API's pages name no call that marks a chat as read or shows that somebody types.
    markRead: async () => undefined,
    showTyping: async () => undefined,
    async profiles(community, userIds) {
      const client = await clients.of(community);
      if (!client) return [];
      const found = [];
      for (const userId of userIds) {
        const chat = await chats.find(client, userId);
        if (chat?.name)
          found.push({ externalUserId: userId, name: chat.name, avatarSourceUrl: null, isDeleted: false });
      }
      return found;
    },
  };
}
