/**
 * Clients' phones at rest: sealed to the client that holds them, so that a phone copied into another client's row opens
 * nowhere, and found by a blind index that is the same for clients, service messages and the quota.
 */
import type { Types } from 'mongoose';
import type { Sealing } from '../storage/sealing.ts';

/** The blind index's purpose, and what phones were sealed for before they were bound; they are bound when next written. */
const PHONE_PURPOSE = 'client phone';

const purposeOf = (clientId: Types.ObjectId) => `${PHONE_PURPOSE} ${clientId.toHexString()}`;

/** What a phone may have been sealed for; the first is what it is sealed for now. */
export const clientPhonePurposes = (clientId: Types.ObjectId): [string, ...string[]] => [
  purposeOf(clientId),
  PHONE_PURPOSE,
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
      return sealing.open(sealed, PHONE_PURPOSE);
    } catch {
      throw error;
    }
  }
}

/** @param phone in E.164, with the plus: another spelling of the same number has another index. */
export function phoneIndexOf(sealing: Sealing, phone: string): string {
  return sealing.blindIndex(phone, PHONE_PURPOSE);
}
