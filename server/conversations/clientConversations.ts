/** Keeps conversations in step with their clients: which client they belong to, and what they show of the client. */
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
  /** @returns the client's updated conversations, at most 200. */
  align(clientId: Types.ObjectId): Promise<Conversation[]>;
}

/** One conversation per community and user id; clients have only a few. */
const CONVERSATIONS_OF_CLIENT = 200;

export function createClientConversations({
  clients,
  conversations,
  conversationStore,
}: ClientConversationDeps): ClientConversations {
  return {
    async move(from, to, bondKeys) {
      const candidates = await conversations
        .find({ clientId: from }, { network: 1, peerId: 1 })
        .limit(CONVERSATIONS_OF_CLIENT)
        .lean<Pick<Conversation, '_id' | 'network' | 'peerId'>[]>();
      for (const { _id, network, peerId } of candidates)
        if (bondKeys.has(`${network}:${peerId}`))
          await conversationStore.change(_id, (conversation) =>
            // The other client's avatar must not be shown; `align` updates the conversation next.
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
      const own = await conversations
        .find({ clientId }, { _id: 1 })
        .sort({ lastActivityAt: -1 })
        .limit(CONVERSATIONS_OF_CLIENT)
        .lean<Pick<Conversation, '_id'>[]>();
      return Promise.all(
        own.map(({ _id }) =>
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
      const conversation = await conversations
        .findOne({ clientId, peerId: externalUserId, network }, { clientName: 1 })
        .lean<Pick<Conversation, 'clientName'>>();
      return conversation?.clientName;
    },
  };
}
