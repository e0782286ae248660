/** Finds a client's user id in a network by their phone. */
import type { Model, Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import type { Client } from './client.model.ts';

/** Null when no client has this phone, or is not bonded in this network. The newest bond wins. */
export async function bondOfPhone(
  { companyId, clients }: { companyId: Types.ObjectId; clients: Model<Client> },
  network: Network,
  phoneIndex: string,
): Promise<string | null> {
  const client = await clients.findOne({ companyId, phoneIndex }, { bonds: 1 }).lean<Pick<Client, 'bonds'>>();
  const bonds = client?.bonds.filter((bond) => bond.network === network) ?? [];
  return bonds.at(-1)?.externalUserId ?? null;
}
