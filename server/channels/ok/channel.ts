/** OK as a channel: what the desk's domains call to talk through a group's dialogues. */
import type { Model, Types } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import { type AnnounceCommunity, setConnection } from '../../communities/connection.ts';
import type { Channel, CommunityStopped } from '../../delivery/channel.ts';
import type { CommunityRef } from '../../messages/networkEvent.ts';
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

export interface OkChannelParts {
  communities: Model<Community>;
  clients: OkClients;
  chats: Chats;
  storedIds: StoredIds;
  announce: AnnounceCommunity;
  logger: Logger;
}

export function createOkChannel(parts: OkChannelParts): Channel {
  const { communities, clients, chats, announce, logger } = parts;

  /** What cannot be used is said, and what OK says of the token is kept. */
  async function unlessStopped<T extends { kind: string }>(
    { id }: CommunityRef,
    call: (client: OkClient) => Promise<T | CommunityStopped>,
  ): Promise<T | CommunityStopped> {
    const community = await communities.findById(id).lean<Community>();
    if (!community?.isEnabled) return { kind: 'communityStopped', networkCode: null };
    const { state, stopReason, networkCode } = community.connection;
    if (state === 'stopped' && stopReason === 'tokenRejected')
      return { kind: 'communityStopped', networkCode };
    const outcome = await call(clients.ofCommunity(community));
    if (isStop(outcome) && outcome.networkCode !== null) await stop(community, outcome.networkCode);
    return outcome;
  }

  /** An agent's answer may be the first to learn that the token is dead. */
  async function stop(community: Community, networkCode: number): Promise<void> {
    const meaning = meaningOf(networkCode);
    if (meaning.class !== 'community') return;
    const { stopReason } = meaning;
    logger.error({ communityId: community._id, networkCode, stopReason }, 'OK refuses this community');
    await setConnection({ communities, announce }, community, { state: 'stopped', stopReason, networkCode });
  }

  return {
    send: (community, message) => unlessStopped(community, (client) => sendMessage(client, message)),
    findSent: (community, sent) =>
      unlessStopped(community, (client) =>
        findSent(chats, client, sent, (ids) => parts.storedIds(community, sent.peerId, ids)),
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

function isStop(outcome: { kind: string }): outcome is CommunityStopped {
  return outcome.kind === 'communityStopped';
}
