/** Brings service messages that moved to the threads that show them, and new ones to those whose client has answered (N25). */
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

  /** The answered dialogue of each message's client in the community that carries it; two queries for all of them. */
  async function dialoguesOf(messages: ServiceMessage[]): Promise<Map<ServiceMessage, Conversation>> {
    const known = await clients
      .find(
        { companyId, phoneIndex: { $in: [...new Set(messages.map(({ phoneIndex }) => phoneIndex))] } },
        { phoneIndex: 1 },
      )
      .lean<Pick<Client, '_id' | 'phoneIndex'>[]>();
    if (known.length === 0) return new Map();
    const answered = await conversations
      .find({ clientId: { $in: known.map(({ _id }) => _id) }, replyCount: { $gt: 0 } })
      .lean<Conversation[]>();
    const phoneOf = new Map(known.map(({ _id, phoneIndex }) => [_id.toHexString(), phoneIndex!]));
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
      const dialogues = await dialoguesOf(sent);
      for (const [message, conversation] of dialogues) await entries.enter(conversation, message);
    },
  };
}
