/**
 * Who has which conversation open, and who is typing an answer: so that two colleagues do not answer the same
 * client. Kept in memory, told to tabs as it changes; losing it costs nothing but a moment's hint.
 */
import { type Model, Types } from 'mongoose';
import { canSeeCommunity, conversationFilterFor } from '../auth/permissions.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Announcer } from './announcer.ts';
import type { DeskSocket } from './socketServer.ts';

export interface Presence {
  /** This socket shows that conversation now, or none. */
  show(socket: DeskSocket, conversationId: string | null): Promise<void>;
  typing(socket: DeskSocket, conversationId: string): Promise<void>;
  /** Tells a new socket who is where. */
  sendTo(socket: DeskSocket): void;
}

interface Shown {
  conversationId: string;
  communityId: string;
  personId: string;
}

export interface PresenceParts {
  conversations: Model<Conversation>;
  announcer: Announcer;
  /** Tells the client's phone that somebody is typing; at most once per few seconds and conversation. */
  showTypingInNetwork(conversation: Conversation): void;
}

const NETWORK_TYPING_EVERY_MS = 5_000;

export function createPresence({ conversations, announcer, showTypingInNetwork }: PresenceParts): Presence {
  const shownBySocket = new Map<string, Shown>();
  const typedInNetworkAt = new Map<string, number>();

  const personIdsAt = (conversationId: string) => [
    ...new Set(
      [...shownBySocket.values()].filter((s) => s.conversationId === conversationId).map((s) => s.personId),
    ),
  ];
  const tell = ({ conversationId, communityId }: Shown) =>
    announcer.showViewers(communityId, { conversationId, personIds: personIdsAt(conversationId) });
  const visible = (socket: DeskSocket, conversationId: string) =>
    conversations
      .findOne({ _id: new Types.ObjectId(conversationId), ...conversationFilterFor(socket.data.person) })
      .lean<Conversation>();

  return {
    async show(socket, conversationId) {
      const before = shownBySocket.get(socket.id);
      if (before?.conversationId === conversationId) return;
      if (before) {
        shownBySocket.delete(socket.id);
        tell(before);
      }
      if (!conversationId) return;
      const conversation = await visible(socket, conversationId);
      if (!conversation || !socket.connected) return;
      const shown = {
        conversationId,
        communityId: conversation.communityId.toHexString(),
        personId: socket.data.person.id,
      };
      shownBySocket.set(socket.id, shown);
      tell(shown);
    },
    async typing(socket, conversationId) {
      const conversation = await visible(socket, conversationId);
      if (!conversation) return;
      announcer.showTyping(conversation.communityId.toHexString(), {
        conversationId,
        personId: socket.data.person.id,
      });
      const now = Date.now();
      if (now - (typedInNetworkAt.get(conversationId) ?? 0) < NETWORK_TYPING_EVERY_MS) return;
      for (const [id, at] of typedInNetworkAt) {
        if (now - at > NETWORK_TYPING_EVERY_MS) typedInNetworkAt.delete(id);
      }
      typedInNetworkAt.set(conversationId, now);
      showTypingInNetwork(conversation);
    },
    sendTo(socket) {
      const told = new Set<string>();
      for (const { conversationId, communityId } of shownBySocket.values()) {
        if (told.has(conversationId) || !canSeeCommunity(socket.data.person, communityId)) continue;
        told.add(conversationId);
        socket.emit('viewers', { conversationId, personIds: personIdsAt(conversationId) });
      }
    },
  };
}
