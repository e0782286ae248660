/**
 * Reads a phone into E.164 with the plus. Each source of phones has its own reader, because spellings differ.
 * No reader finds a phone inside other text, and none accepts an extension.
 */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js';

/** The usual spelling in lists and requests. */
const RUSSIAN_MOBILE = /^\+79\d{9}$/;

/** From the sending API: with the plus and the country code. Null for anything else. */
export function readApiPhone(given: string): string | null {
  // The library gives the same result, but costs 5 KB of memory and most of a row's time.
  if (RUSSIAN_MOBILE.test(given)) return given;
  return read(given, {});
}

/** Typed by a person. A Russian number may lack the plus and the code, as in 8 900 123-45-67. */
export function readTypedPhone(typed: string): string | null {
  return read(typed, { defaultCountry: 'RU' });
}

/** From a cell of a list of clients. */
export function readListPhone(cell: string): string | null {
  return readApiPhone(spellListPhone(cell));
}

/**
 * Spells the phone in a list's cell as the API does; other text does not become a phone. Lists omit the plus, or
 * begin Russian numbers with 8; a spreadsheet may have dropped the plus.
 */
export function spellListPhone(cell: string): string {
  const bare = cell.replace(/[\s().–—-]/g, '');
  if (/^8\d{10}$/.test(bare)) return `+7${bare.slice(1)}`;
  return /^\d{10,15}$/.test(bare) ? `+${bare}` : bare;
}

/**
 * Whether a list's cell names this phone, alone or inside other text. Erasure uses it: it must find each phone to
 * which the list would have been sent.
 *
 * @param phone in E.164.
 */
export function cellNamesPhone(cell: string, phone: string): boolean {
  if (cell.length < 7) return false;
  const digits = phone.slice(1);
  // Russian numbers are often written with 8 in place of 7.
  const spellings = digits.length < 10 ? [] : [digits, digits.replace(/^7(?=\d{10}$)/, '8')];
  const bare = cell.replace(/\D/g, '');
  if (spellings.some((each) => bare.includes(each))) return true;
  // Parsing is slow, and most cells hold no phone.
  return countDigits(cell) >= 7 && readListPhone(cell) === phone;
}

/** @param phone in E.164. Null when its code belongs to no single country. */
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
