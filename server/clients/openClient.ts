/** Finds the client of a network's user id, or creates one. */

import { type Model, Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { insertDocument } from '../storage/insertDocument.ts';
import { currentTime } from '../work/clock.ts';
import { bondKey, type Client } from './client.model.ts';

interface User {
  companyId: Types.ObjectId;
  network: Network;
  externalUserId: string;
}

export function newClient({ companyId, network, externalUserId }: User): Client {
  const now = currentTime();
  return {
    _id: new Types.ObjectId(),
    companyId,
    // Until the profile is read, the user id stands in for the name, so that the list shows something.
    name: `id${externalUserId}`,
    avatarSourceUrl: null,
    bonds: [{ key: bondKey(network, externalUserId), network, externalUserId, bondedAt: now }],
    phoneSealed: null,
    phoneConfirmedAt: null,
    locale: null,
    firstSeenAt: now,
    profileReadAt: null,
  };
}

/** Safe to repeat and to race: the bond's unique key lets one insert win, the others read it. */
export async function openClient(clients: Model<Client>, user: User): Promise<Client> {
  const byBond = { companyId: user.companyId, 'bonds.key': bondKey(user.network, user.externalUserId) };
  const known = await clients.findOne(byBond).lean<Client>();
  if (known) return known;
  const client = newClient(user);
  try {
    await insertDocument(clients, client);
    return client;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return clients.findOne(byBond).orFail().lean<Client>();
  }
}
