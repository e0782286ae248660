/** A client is seen by who sees one of their conversations; anybody else is answered as if there were none. */
import { type Model, Types } from 'mongoose';
import { conversationFilterFor, type Permitted } from '../auth/permissions.ts';
import type { Client } from '../clients/client.model.ts';
import type { Conversation } from '../conversations/conversation.model.ts';

export interface SeenClientDeps {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  conversations: Model<Conversation>;
}

export async function findSeenClient(
  { companyId, clients, conversations }: SeenClientDeps,
  clientId: Types.ObjectId | string,
  person: Permitted,
): Promise<Client | null> {
  const _id = new Types.ObjectId(clientId);
  const isSeen = await conversations.exists({ clientId: _id, companyId, ...conversationFilterFor(person) });
  return isSeen ? clients.findOne({ _id, companyId }).lean<Client>() : null;
}
