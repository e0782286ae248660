/**
 * Which agents have which conversation open, and which are typing, so that two agents do not answer the same client.
 * Only tabs that show the conversation hear of it, so a tab costs the same however many are open. Kept in memory; losing
 * it loses only a hint. `presenceExchange.ts` brings the presence of other processes.
 */

import { type Model, Types } from 'mongoose';
import { conversationFilterFor, threadRoom } from '../auth/permissions.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { currentTimeMs } from '../work/clock.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { DeskSocket } from './deskSocket.ts';
import type { PresenceExchange, Watched } from './presenceExchange.ts';

export interface Presence {
  /** This socket now shows that conversation, or none. A person who reads quietly sees the others and is not seen. */
  show(socket: DeskSocket, conversationId: string | null, isQuiet: boolean): Promise<void>;
  typing(socket: DeskSocket, conversationId: string): Promise<void>;
}

export interface PresenceDeps {
  conversations: Model<Conversation>;
  broadcaster: Pick<Broadcaster, 'showViewers' | 'showTyping'>;
  /** Starts the exchange with this process's presence and a callback for changes at other processes. */
  exchange(ours: {
    own: () => Watched[];
    onChanged: (conversationIds: readonly string[]) => void;
  }): Pick<PresenceExchange, 'changed' | 'personIdsAt'>;
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
  /** The tabs that show each conversation, with the person of each; null for a person who is not seen. */
  const tabsByConversation = new Map<string, Map<string, string | null>>();
  const shownBySocket = new Map<string, string>();
  /** What each tab asked for last: an answer of the store to an earlier question is out of date. */
  const wantedBySocket = new Map<string, symbol>();
  const typedInNetworkAt = new Map<string, number>();

  const ownPersonIdsAt = (conversationId: string) => {
    const personIds = new Set(tabsByConversation.get(conversationId)?.values());
    return [...personIds].filter((personId) => personId !== null);
  };
  const elsewhere = exchange({
    own: () =>
      [...tabsByConversation.keys()]
        .map((conversationId) => ({ conversationId, personIds: ownPersonIdsAt(conversationId) }))
        .filter(({ personIds }) => personIds.length > 0),
    onChanged: (conversationIds) => conversationIds.forEach(publishViewers),
  });
  function publishViewers(conversationId: string): void {
    const personIds = new Set([...ownPersonIdsAt(conversationId), ...elsewhere.personIdsAt(conversationId)]);
    broadcaster.showViewers({ conversationId, personIds: [...personIds] });
  }
  function changed(conversationId: string): void {
    publishViewers(conversationId);
    elsewhere.changed();
  }

  function leave(socket: DeskSocket): void {
    const conversationId = shownBySocket.get(socket.id);
    if (conversationId === undefined) return;
    shownBySocket.delete(socket.id);
    void socket.leave(threadRoom(conversationId));
    const tabs = tabsByConversation.get(conversationId);
    tabs?.delete(socket.id);
    if (tabs?.size === 0) tabsByConversation.delete(conversationId);
    changed(conversationId);
  }

  function enter(socket: DeskSocket, conversationId: string, isQuiet: boolean): void {
    shownBySocket.set(socket.id, conversationId);
    void socket.join(threadRoom(conversationId));
    const tabs = tabsByConversation.get(conversationId) ?? new Map<string, string | null>();
    tabsByConversation.set(conversationId, tabs.set(socket.id, isQuiet ? null : socket.data.person.id));
    // The new tab learns from this who else is there.
    changed(conversationId);
  }

  const visible = (socket: DeskSocket, conversationId: string) =>
    conversations
      .findOne({ _id: new Types.ObjectId(conversationId), ...conversationFilterFor(socket.data.person) })
      .lean<Conversation>();

  return {
    async show(socket, conversationId, isQuiet) {
      leave(socket);
      const wanted = Symbol('what this tab wants');
      if (!conversationId) wantedBySocket.delete(socket.id);
      else wantedBySocket.set(socket.id, wanted);
      if (!conversationId) return;
      try {
        const isVisible = (await visible(socket, conversationId)) !== null;
        if (wantedBySocket.get(socket.id) === wanted && isVisible && socket.connected)
          enter(socket, conversationId, isQuiet);
      } finally {
        if (wantedBySocket.get(socket.id) === wanted) wantedBySocket.delete(socket.id);
      }
    },
    async typing(socket, conversationId) {
      const conversation = await visible(socket, conversationId);
      if (!conversation) return;
      broadcaster.showTyping({ conversationId, personId: socket.data.person.id });
      const now = currentTimeMs();
      if (now - (typedInNetworkAt.get(conversationId) ?? 0) < NETWORK_TYPING_EVERY_MS) return;
      for (const [id, at] of typedInNetworkAt) {
        if (now - at > NETWORK_TYPING_EVERY_MS) typedInNetworkAt.delete(id);
      }
      typedInNetworkAt.set(conversationId, now);
      showTypingInNetwork(conversation);
    },
  };
}
