/** Finds the client behind a network's user id, or makes one. */
import type { Model, Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { bondKey, type Client } from './client.model.ts';

/** Safe to repeat and to race: the bond's unique key lets one insert win, the others read it. */
export async function openClient(
  clients: Model<Client>,
  user: { companyId: Types.ObjectId; network: Network; externalUserId: string },
): Promise<Client> {
  const key = bondKey(user.network, user.externalUserId);
  const byBond = { companyId: user.companyId, 'bonds.key': key };
  const known = await clients.findOne(byBond).lean<Client>();
  if (known) return known;
  const now = new Date();
  try {
    const made = await clients.create({
      companyId: user.companyId,
      // The network's name for the user until the profile is read, so that a row never stands nameless.
      name: `id${user.externalUserId}`,
      bonds: [{ key, network: user.network, externalUserId: user.externalUserId, bondedAt: now }],
      firstSeenAt: now,
    });
    return made.toObject();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return clients.findOne(byBond).orFail().lean<Client>();
  }
}
