/**
 * Seals a community's secrets. Each is bound to its kind and its community, so a sealed token that is copied to
 * another document or field cannot be opened there.
 */
import type { Sealing } from '../storage/sealing.ts';
import type { Community } from './community.model.ts';

export type CommunitySecret = 'token' | 'webhookSecret' | 'notifyCredentials' | 'notifyStatusSecret';
type Owner = Pick<Community, 'network' | 'externalId'>;

/** Purposes from before secrets were bound to their community. Such a secret becomes bound when it is replaced. */
const unboundPurposes = {
  token: 'community token',
  webhookSecret: 'webhook secret',
  notifyCredentials: 'gateway credentials',
  notifyStatusSecret: 'gateway status secret',
} as const;

function purposeOf(kind: CommunitySecret, { network, externalId }: Owner): string {
  return `${unboundPurposes[kind]} of ${network} ${externalId}`;
}

/** The purposes under which a secret may be sealed; new secrets use the first. */
export const secretPurposes = (kind: CommunitySecret, owner: Owner): [string, ...string[]] => [
  purposeOf(kind, owner),
  unboundPurposes[kind],
];

export function sealSecret(sealing: Sealing, owner: Owner, kind: CommunitySecret, plain: string): string {
  return sealing.seal(plain, purposeOf(kind, owner));
}

/** Throws when the sealed text was altered, or was sealed for another community, kind or key. */
export function openSecret(sealing: Sealing, owner: Owner, kind: CommunitySecret, sealed: string): string {
  try {
    return sealing.open(sealed, purposeOf(kind, owner));
  } catch (error) {
    try {
      return sealing.open(sealed, unboundPurposes[kind]);
    } catch {
      throw error;
    }
  }
}
