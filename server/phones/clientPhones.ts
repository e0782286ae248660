/** Clients' stored phones. Each is sealed for its client: in another client's document it cannot be opened. */
import type { Types } from 'mongoose';
import type { Sealing } from '../storage/sealing.ts';

/** Earlier versions sealed every phone for this purpose. The next write seals the phone for its client. */
const UNBOUND_PURPOSE = 'client phone';

const purposeOf = (clientId: Types.ObjectId) => `client phone ${clientId.toHexString()}`;

/** The purposes that a stored phone may be sealed for; new phones use the first. */
export const clientPhonePurposes = (clientId: Types.ObjectId): [string, ...string[]] => [
  purposeOf(clientId),
  UNBOUND_PURPOSE,
];

/** @param phone in E.164, with the plus. */
export function sealClientPhone(sealing: Sealing, clientId: Types.ObjectId, phone: string): string {
  return sealing.seal(phone, purposeOf(clientId));
}

/** Throws when the value was altered, or sealed for another client or under another key. */
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
