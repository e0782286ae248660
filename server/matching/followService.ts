/**
 * Updates threads when service messages change status. A message with an entry gets its new status there; a newly
 * sent one gets an entry if its client has answered before (N25, no thread before the first reply).
 */
import type { Model, Types } from 'mongoose';
import type { Client } from '../clients/client.model.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { ServiceThreads } from '../serviceMessages/ports.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { ServiceEntries } from './serviceEntries.ts';

export interface FollowServiceDeps {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  conversations: Model<Conversation>;
  entries: ServiceEntries;
}

export function createFollowService(deps: FollowServiceDeps): ServiceThreads {
  const { companyId, clients, conversations, entries } = deps;

  /** The conversation of each message's client with its community, if the client has replied; two queries in all. */
  async function answeredConversationsOf(
    messages: ServiceMessage[],
  ): Promise<Map<ServiceMessage, Conversation>> {
    const withPhone = await clients
      .find(
        { companyId, phoneIndex: { $in: [...new Set(messages.map(({ phoneIndex }) => phoneIndex))] } },
        { phoneIndex: 1 },
      )
      .lean<Pick<Client, '_id' | 'phoneIndex'>[]>();
    if (withPhone.length === 0) return new Map();
    const answered = await conversations
      .find({ clientId: { $in: withPhone.map(({ _id }) => _id) }, replyCount: { $gt: 0 } })
      .lean<Conversation[]>();
    const phoneOf = new Map(withPhone.map(({ _id, phoneIndex }) => [_id.toHexString(), phoneIndex!]));
    const keyOf = (communityId: Types.ObjectId, phoneIndex: string | undefined) =>
      `${communityId.toHexString()} ${phoneIndex}`;
    const byKey = new Map(
      answered.map((conversation) => [
        keyOf(conversation.communityId, phoneOf.get(conversation.clientId.toHexString())),
        conversation,
      ]),
    );
    return new Map(
      messages.flatMap((message) => {
        const conversation = byKey.get(keyOf(message.communityId, message.phoneIndex));
        return conversation ? [[message, conversation] as const] : [];
      }),
    );
  }

  return {
    async follow(transitioned) {
      const shown = transitioned.filter(({ conversationId }) => conversationId);
      for (const message of shown) await entries.copyStatus(message);
      const sent = transitioned.filter(
        ({ conversationId, direction, status }) =>
          !conversationId && direction === 'twoWay' && status !== 'queued',
      );
      if (sent.length === 0) return;
      const answered = await answeredConversationsOf(sent);
      for (const [message, conversation] of answered) await entries.enter(conversation, message);
    },
  };
}
