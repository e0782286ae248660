/**
 * Reads a phone into E.164 with the plus. One reader for each way in which a phone reaches the desk, because they take
 * different spellings. No reader finds a phone inside other words, and none takes an extension.
 */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js';

/** A Russian mobile number, as nearly every list and request has it. */
const USUAL = /^\+79\d{9}$/;

/** From the sending API: with the plus and the country's code. Null for anything else. */
export function readApiPhone(given: string): string | null {
  // The library would say the same of it, and takes 5 KB of memory and most of a row's time to do so.
  if (USUAL.test(given)) return given;
  return read(given, {});
}

/** Typed by a person: also without the plus and the code where the number is Russian, as in 8 900 123-45-67. */
export function readTypedPhone(typed: string): string | null {
  return read(typed, { defaultCountry: 'RU' });
}

/** From a cell of a list of clients. */
export function readListPhone(cell: string): string | null {
  return readApiPhone(spellListPhone(cell));
}

/**
 * A list's cell as the API would spell the phone; a cell that is no phone stays one. A list writes numbers without the
 * plus, or the Russian way with 8; a spreadsheet may have dropped the plus.
 */
export function spellListPhone(cell: string): string {
  const bare = cell.replace(/[\s().–—-]/g, '');
  if (/^8\d{10}$/.test(bare)) return `+7${bare.slice(1)}`;
  return /^\d{10,15}$/.test(bare) ? `+${bare}` : bare;
}

/**
 * Whether a list's cell names this phone, alone or among other words. Erasure asks: it must find each phone that the list
 * would have been sent to.
 *
 * @param phone in E.164.
 */
export function cellNamesPhone(cell: string, phone: string): boolean {
  if (cell.length < 7) return false;
  const digits = phone.slice(1);
  // The Russian way of writing begins with 8.
  const spellings = digits.length < 10 ? [] : [digits, digits.replace(/^7(?=\d{10}$)/, '8')];
  const bare = cell.replace(/\D/g, '');
  if (spellings.some((each) => bare.includes(each))) return true;
  // Reading is slow, and most cells hold words.
  return countDigits(cell) >= 7 && readListPhone(cell) === phone;
}

/** @param phone in E.164. Null where its code belongs to no one country. */
export function countryOfPhone(phone: string): CountryCode | null {
  return parsePhoneNumberFromString(phone)?.country ?? null;
}

/** Digits of any script: the library reads them all. */
function countDigits(text: string): number {
  return text.match(/\p{Nd}/gu)?.length ?? 0;
}

function read(text: string, options: { defaultCountry?: CountryCode }): string | null {
  const parsed = parsePhoneNumberFromString(text.trim(), { ...options, extract: false });
  return parsed?.isPossible() && parsed.ext === undefined ? parsed.number : null;
}
