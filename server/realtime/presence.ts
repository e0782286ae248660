/**
 * Who has which conversation open, and who is typing an answer: so that two colleagues do not answer the same
 * client. Kept in memory, told to tabs as it changes; losing it costs nothing but a moment's hint. What other processes
 * know comes by `presenceExchange.ts`.
 */
import { type Model, Types } from 'mongoose';
import { canSeeCommunity, conversationFilterFor } from '../auth/permissions.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { DeskSocket } from './deskSocket.ts';
import type { PresenceExchange, Watched } from './presenceExchange.ts';

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

export interface PresenceDeps {
  conversations: Model<Conversation>;
  broadcaster: Broadcaster;
  /** Begun with what this process knows, and what to do when others know something else. */
  exchange(ours: {
    own: () => Watched[];
    onChanged: (conversations: readonly Watched[]) => void;
  }): Pick<PresenceExchange, 'changed' | 'personIdsAt' | 'watched'>;
  /** Tells the client's phone that somebody is typing; at most once per few seconds and conversation. */
  showTypingInNetwork(conversation: Conversation): void;
}

const NETWORK_TYPING_EVERY_MS = 5_000;

export function createPresence({
  conversations,
  broadcaster,
  exchange,
  showTypingInNetwork,
}: PresenceDeps): Presence {
  const shownBySocket = new Map<string, Shown>();
  const typedInNetworkAt = new Map<string, number>();

  const ownPersonIdsAt = (conversationId: string) =>
    [...shownBySocket.values()].filter((s) => s.conversationId === conversationId).map((s) => s.personId);
  const own = () => {
    const watched = new Map<string, Watched>();
    for (const { conversationId, communityId, personId } of shownBySocket.values()) {
      const personIds = watched.get(conversationId)?.personIds ?? [];
      if (personIds.includes(personId)) continue;
      watched.set(conversationId, { conversationId, communityId, personIds: [...personIds, personId] });
    }
    return [...watched.values()];
  };
  const elsewhere = exchange({ own, onChanged: (conversations) => conversations.forEach(publishViewers) });
  const personIdsAt = (conversationId: string) => [
    ...new Set([...ownPersonIdsAt(conversationId), ...elsewhere.personIdsAt(conversationId)]),
  ];
  function publishViewers({
    conversationId,
    communityId,
  }: Pick<Shown, 'conversationId' | 'communityId'>): void {
    broadcaster.showViewers(communityId, { conversationId, personIds: personIdsAt(conversationId) });
  }
  const changed = (shown: Shown) => {
    publishViewers(shown);
    elsewhere.changed();
  };
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
        changed(before);
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
      changed(shown);
    },
    async typing(socket, conversationId) {
      const conversation = await visible(socket, conversationId);
      if (!conversation) return;
      broadcaster.showTyping(conversation.communityId.toHexString(), {
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
      for (const { conversationId, communityId } of [...shownBySocket.values(), ...elsewhere.watched()]) {
        if (told.has(conversationId) || !canSeeCommunity(socket.data.person, communityId)) continue;
        told.add(conversationId);
        socket.emit('viewers', { conversationId, personIds: personIdsAt(conversationId) });
      }
    },
  };
}
