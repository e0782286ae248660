/** A phone as people type it: with spaces, brackets and dashes, and in Russia with 8 in place of +7. */
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Phones } from '../sending/phones.ts';

/** Null for what is no phone. */
export function indexOfTypedPhone(phones: Phones, typed: string): string | null {
  const parsed = parsePhoneNumberFromString(typed, 'RU');
  return parsed?.isPossible() ? phones.indexOf(parsed.number) : null;
}
