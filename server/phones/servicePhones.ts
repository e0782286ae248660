/** Stored phones of service messages. Each is sealed for its message and found only by its blind index. */
import type { Types } from 'mongoose';
import type { Sealing } from '../storage/sealing.ts';
import { phoneIndexOf } from './phoneIndex.ts';

export interface Phones {
  /** One phone has one index, in its client and in every message to it. */
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
