/**
 * Recognises service messages in a network's history. They enter a thread only when the client replies, once and with
 * their status (N25, no thread before a reply). Without this check the history would add each again, as an agent's
 * text.
 */

import { type Model, Types } from 'mongoose';
import { bondKey, type Client } from '../clients/client.model.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import { type ServiceMessage, sentAs } from './serviceMessage.model.ts';

export type IsServiceMessage = (
  community: CommunityRef,
  message: { peerId: string; externalId: string; text: string },
) => Promise<boolean>;

export function createIsServiceMessage(deps: {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  serviceMessages: Model<ServiceMessage>;
}): IsServiceMessage {
  const { companyId, clients, serviceMessages } = deps;
  return async (community, { peerId, externalId, text }) => {
    const byId = sentAs(new Types.ObjectId(community.id), [externalId]);
    // VK numbers the messages of each dialogue from 1, so the number alone does not identify a message.
    if (community.network !== 'vk' && (await serviceMessages.exists(byId as never))) return true;
    // The gateway's message id differs from the network's. The text to the same person is equal.
    const client = await clients
      .findOne({ companyId, 'bonds.key': bondKey(community.network, peerId) }, { phoneIndex: 1 })
      .lean<Pick<Client, 'phoneIndex'>>();
    if (!client?.phoneIndex) return false;
    const { phoneIndex } = client;
    return (await serviceMessages.exists({ companyId, phoneIndex, text })) !== null;
  };
}
