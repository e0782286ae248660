/**
 * Which agents have which conversation open, and which are typing, so that two agents do not answer the same client.
 * Kept in memory and sent to tabs on each change; losing it loses only a hint. `presenceExchange.ts` brings the
 * presence of other processes.
 */

import { type Model, Types } from 'mongoose';
import { canSeeCommunity, conversationFilterFor } from '../auth/permissions.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { currentTimeMs } from '../work/clock.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { DeskSocket } from './deskSocket.ts';
import type { PresenceExchange, Watched } from './presenceExchange.ts';

export interface Presence {
  /** This socket now shows that conversation, or none. */
  show(socket: DeskSocket, conversationId: string | null): Promise<void>;
  typing(socket: DeskSocket, conversationId: string): Promise<void>;
  /** Sends a new socket the viewers of every conversation that it may see. */
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
  /** Starts the exchange with this process's presence and a callback for changes at other processes. */
  exchange(ours: {
    own: () => Watched[];
    onChanged: (conversations: readonly Watched[]) => void;
  }): Pick<PresenceExchange, 'changed' | 'personIdsAt' | 'watched'>;
  /** Shows "typing" on the client's phone; at most once in five seconds per conversation. */
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
      const now = currentTimeMs();
      if (now - (typedInNetworkAt.get(conversationId) ?? 0) < NETWORK_TYPING_EVERY_MS) return;
      for (const [id, at] of typedInNetworkAt) {
        if (now - at > NETWORK_TYPING_EVERY_MS) typedInNetworkAt.delete(id);
      }
      typedInNetworkAt.set(conversationId, now);
      showTypingInNetwork(conversation);
    },
    sendTo(socket) {
      const sent = new Set<string>();
      for (const { conversationId, communityId } of [...shownBySocket.values(), ...elsewhere.watched()]) {
        if (sent.has(conversationId) || !canSeeCommunity(socket.data.person, communityId)) continue;
        sent.add(conversationId);
        socket.emit('viewers', { conversationId, personIds: personIdsAt(conversationId) });
      }
    },
  };
}
