/** Keeps conversations true to their clients: whose they are, and what their rows show of the client. */
import type { Model, Types } from 'mongoose';
import type { Client } from '../clients/client.model.ts';
import type { ClientConversations as ClientConversationsPort } from '../clients/clientMergeJob.ts';
import type { Conversation } from './conversation.model.ts';
import type { ConversationStore } from './list/conversationStore.ts';

export interface ClientConversationDeps {
  clients: Model<Client>;
  conversations: Model<Conversation>;
  conversationStore: ConversationStore;
}

export interface ClientConversations extends ClientConversationsPort {
  /** Returns the client's conversations as they are now, at most 200. */
  align(clientId: Types.ObjectId): Promise<Conversation[]>;
}

/** One conversation for each community and user id; nobody has more than a few. */
const CONVERSATIONS_OF_CLIENT = 200;

export function createClientConversations({
  clients,
  conversations,
  conversationStore,
}: ClientConversationDeps): ClientConversations {
  return {
    async move(from, to, bondKeys) {
      const of = await conversations
        .find({ clientId: from }, { network: 1, peerId: 1 })
        .limit(CONVERSATIONS_OF_CLIENT)
        .lean<Pick<Conversation, '_id' | 'network' | 'peerId'>[]>();
      for (const { _id, network, peerId } of of)
        if (bondKeys.has(`${network}:${peerId}`))
          await conversationStore.change(_id, (conversation) =>
            // The other client's picture is not this one's; `align` brings the row up to date next.
            conversation.clientId.equals(to) ? null : { clientId: to, clientHasAvatar: false },
          );
    },

    async align(clientId) {
      const client = await clients.findById(clientId).lean<Client>();
      if (!client) return [];
      const wanted = {
        clientName: client.name,
        clientHasAvatar: client.avatarSourceUrl !== null,
        isMatched: client.phoneIndex !== undefined,
      };
      const of = await conversations
        .find({ clientId }, { _id: 1 })
        .sort({ lastActivityAt: -1 })
        .limit(CONVERSATIONS_OF_CLIENT)
        .lean<Pick<Conversation, '_id'>[]>();
      return Promise.all(
        of.map(({ _id }) =>
          conversationStore.change(_id, (conversation) =>
            conversation.clientName === wanted.clientName &&
            conversation.clientHasAvatar === wanted.clientHasAvatar &&
            conversation.isMatched === wanted.isMatched
              ? null
              : wanted,
          ),
        ),
      );
    },

    async shownName(clientId, { network, externalUserId }) {
      const row = await conversations
        .findOne({ clientId, peerId: externalUserId, network }, { clientName: 1 })
        .lean<Pick<Conversation, 'clientName'>>();
      return row?.clientName;
    },
  };
}
