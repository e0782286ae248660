/** Clients' phones at rest: each sealed to its client, so that a phone copied into another client's row stays shut. */
import type { Types } from 'mongoose';
import type { Sealing } from '../storage/sealing.ts';

/** Earlier versions sealed a phone for this alone. It is bound to its client when it is next written. */
const UNBOUND_PURPOSE = 'client phone';

const purposeOf = (clientId: Types.ObjectId) => `client phone ${clientId.toHexString()}`;

/** What a phone may have been sealed for; the first is what it is sealed for now. */
export const clientPhonePurposes = (clientId: Types.ObjectId): [string, ...string[]] => [
  purposeOf(clientId),
  UNBOUND_PURPOSE,
];

/** @param phone in E.164, with the plus. */
export function sealClientPhone(sealing: Sealing, clientId: Types.ObjectId, phone: string): string {
  return sealing.seal(phone, purposeOf(clientId));
}

/** Throws when it was changed, or sealed for another client or under another key. */
export function openClientPhone(sealing: Sealing, clientId: Types.ObjectId, sealed: string): string {
  try {
    return sealing.open(sealed, purposeOf(clientId));
  } catch (error) {
    try {
      return sealing.open(sealed, UNBOUND_PURPOSE);
    } catch {
      throw error;
    }
  }
}
