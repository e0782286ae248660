/**
 * Tells the service messages among what a network's history shows. They enter a thread by the client's answer, each
 * once and with its status (N25); taken from the history they would be there again, as an administrator's words.
 */

import { type Model, Types } from 'mongoose';
import { bondKey, type Client } from '../clients/client.model.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';

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
    const tries = { $elemMatch: { communityId: new Types.ObjectId(community.id), externalId } };
    // VK numbers each dialogue's messages from 1: its number alone names none.
    if (community.network !== 'vk' && (await serviceMessages.exists({ tries }))) return true;
    // The gateway's id of a message is not the network's; its words to this person are the same.
    const client = await clients
      .findOne({ companyId, 'bonds.key': bondKey(community.network, peerId) }, { phoneIndex: 1 })
      .lean<Pick<Client, 'phoneIndex'>>();
    if (!client?.phoneIndex) return false;
    const { phoneIndex } = client;
    return (await serviceMessages.exists({ companyId, phoneIndex, text })) !== null;
  };
}
