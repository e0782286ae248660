/** Phones of service messages at rest: each sealed to the message that holds it, and found by the blind index alone. */
import type { Types } from 'mongoose';
import type { Sealing } from '../storage/sealing.ts';
import { phoneIndexOf } from './phoneIndex.ts';

export interface Phones {
  /** The same for a client and for every message to them. */
  indexOf(phone: string): string;
  seal(phone: string, messageId: Types.ObjectId): string;
  open(sealed: string, messageId: Types.ObjectId): string;
}

export const servicePhonePurpose = (messageId: Types.ObjectId) =>
  `service message phone ${messageId.toHexString()}`;

export function createPhones(sealing: Sealing): Phones {
  return {
    indexOf: (phone) => phoneIndexOf(sealing, phone),
    seal: (phone, messageId) => sealing.seal(phone, servicePhonePurpose(messageId)),
    open: (sealed, messageId) => sealing.open(sealed, servicePhonePurpose(messageId)),
  };
}
