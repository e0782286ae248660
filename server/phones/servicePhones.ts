/** Phones as sending keeps them: normalised, sealed to the row that holds them, and found by their blind index alone. */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Types } from 'mongoose';
import type { Sealing } from '../storage/sealing.ts';
import { phoneIndexOf } from './clientPhones.ts';

/** A Russian mobile number, as nearly every list and request has it. */
const USUAL = /^\+79\d{9}$/;

/** E.164 with the plus; null for what is no phone number with its country's code, or is more than that. */
export function parsePhone(given: string): string | null {
  // The library would say the same of it, and takes 5 KB of memory and most of a row's time to do so.
  if (USUAL.test(given)) return given;
  return read(given, {});
}

/** As people type it: with spaces, brackets and dashes, and in Russia with 8 in place of +7. Null for no phone. */
export function parseTypedPhone(typed: string): string | null {
  return read(typed, { defaultCountry: 'RU' });
}

function read(text: string, options: { defaultCountry?: CountryCode }): string | null {
  const parsed = parsePhoneNumberFromString(text.trim(), { ...options, extract: false });
  return parsed?.isPossible() && parsed.ext === undefined ? parsed.number : null;
}

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
