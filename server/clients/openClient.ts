/** Makes the client behind a network's user id, or finds the one who is there. */
import { type Model, Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { insertDocument } from '../storage/insertDocument.ts';
import { bondKey, type Client } from './client.model.ts';

/**
 * Safe to repeat and to race: the bond's unique key lets one insert win, the others read it. Called for dialogues that
 * were never met, whose client is nearly always new: so the insert comes first.
 */
export async function openClient(
  clients: Model<Client>,
  user: { companyId: Types.ObjectId; network: Network; externalUserId: string },
): Promise<Client> {
  const key = bondKey(user.network, user.externalUserId);
  const now = new Date();
  const client: Client = {
    _id: new Types.ObjectId(),
    companyId: user.companyId,
    // The network's name for the user until the profile is read, so that a row never stands nameless.
    name: `id${user.externalUserId}`,
    avatarSourceUrl: null,
    bonds: [{ key, network: user.network, externalUserId: user.externalUserId, bondedAt: now }],
    phoneSealed: null,
    phoneConfirmedAt: null,
    locale: null,
    firstSeenAt: now,
    profileReadAt: null,
  };
  try {
    await insertDocument(clients, client);
    return client;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return clients.findOne({ companyId: user.companyId, 'bonds.key': key }).orFail().lean<Client>();
  }
}
