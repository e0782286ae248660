/** Reads communities: all of a company's, one by id, and those that a channel must listen for. */
import type { Model, Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import type { Community } from './community.model.ts';

export function listCommunities(
  communities: Model<Community>,
  companyId: Types.ObjectId,
): Promise<Community[]> {
  return communities.find({ companyId }).sort({ createdAt: 1, _id: 1 }).lean<Community[]>().exec();
}

/** Null for an unknown or malformed id. */
export async function findCommunity(communities: Model<Community>, id: string): Promise<Community | null> {
  if (!/^[0-9a-f]{24}$/.test(id)) return null;
  return communities.findById(id).lean<Community>();
}

export function listEnabledCommunities(
  communities: Model<Community>,
  network: Network,
): Promise<Community[]> {
  return communities.find({ network, isEnabled: true }).lean<Community[]>().exec();
}
