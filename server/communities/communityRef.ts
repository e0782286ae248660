/** Identifies a community, for rooms that need neither its settings nor its secrets. */
import type { Community } from './community.model.ts';

export interface CommunityRef {
  /** Our own id. */
  id: string;
  network: 'vk' | 'ok';
  /** The network's id. */
  externalId: string;
}

export function toCommunityRef({ _id, network, externalId }: Community): CommunityRef {
  return { id: _id.toHexString(), network, externalId };
}
