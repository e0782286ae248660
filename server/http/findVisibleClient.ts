/**
 * A person may see a client if they may see one of the client's conversations. Null otherwise, as for an unknown
 * client.
 */
import { type Model, Types } from 'mongoose';
import { conversationFilterFor, type Permitted } from '../auth/permissions.ts';
import type { Client } from '../clients/client.model.ts';
import type { Conversation } from '../conversations/conversation.model.ts';

export interface VisibleClientDeps {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  conversations: Model<Conversation>;
}

export async function findVisibleClient(
  { companyId, clients, conversations }: VisibleClientDeps,
  clientId: Types.ObjectId | string,
  person: Permitted,
): Promise<Client | null> {
  const _id = new Types.ObjectId(clientId);
  const isVisible = await conversations.exists({
    clientId: _id,
    companyId,
    ...conversationFilterFor(person),
  });
  return isVisible ? clients.findOne({ _id, companyId }).lean<Client>() : null;
}
