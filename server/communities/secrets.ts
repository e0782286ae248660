/**
 * Sealing of a community's secrets. Each is bound to what it is and to its community, so that a sealed token that
 * somebody copies into another row, or into another field, opens nowhere.
 */
import type { Sealing } from '../storage/sealing.ts';
import type { Community } from './community.model.ts';

export type CommunitySecret = 'token' | 'webhookSecret' | 'notifyCredentials' | 'notifyStatusSecret';
type Owner = Pick<Community, 'network' | 'externalId'>;

/** What data folders sealed before secrets were bound to their community; they are bound when they are replaced. */
const unboundPurposes = {
  token: 'community token',
  webhookSecret: 'webhook secret',
  notifyCredentials: 'gateway credentials',
  notifyStatusSecret: 'gateway status secret',
} as const;

function purposeOf(what: CommunitySecret, { network, externalId }: Owner): string {
  return `${unboundPurposes[what]} of ${network} ${externalId}`;
}

/** What a secret may have been sealed for; the first is what it is sealed for now. */
export const secretPurposes = (what: CommunitySecret, owner: Owner): [string, ...string[]] => [
  purposeOf(what, owner),
  unboundPurposes[what],
];

export function sealSecret(sealing: Sealing, owner: Owner, what: CommunitySecret, plain: string): string {
  return sealing.seal(plain, purposeOf(what, owner));
}

/** Throws when it was changed, or sealed for another community, field or key. */
export function openSecret(sealing: Sealing, owner: Owner, what: CommunitySecret, sealed: string): string {
  try {
    return sealing.open(sealed, purposeOf(what, owner));
  } catch (error) {
    try {
      return sealing.open(sealed, unboundPurposes[what]);
    } catch {
      throw error;
    }
  }
}
