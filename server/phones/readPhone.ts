/**
 * The one reader of phones: lists, typing, searches, the block list and erasure read alike (ADR 21). A number without
 * a plus is Russian, or it is refused: a guess would send personal data to a stranger in another country.
 * No phone is found inside other text, and none has an extension.
 */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { plainPhoneText } from './plainPhoneText.ts';

export type PhoneReading =
  /** In E.164, with the plus. */
  | { kind: 'phone'; phone: string }
  /** Digits that are a number of no country without its code. */
  | { kind: 'noCountryCode' }
  | { kind: 'notPhone' };

/** The usual spelling in lists and requests. */
const RUSSIAN_MOBILE = /^\+79\d{9}$/;
/** Digits in groups, as people separate them. */
const ONLY_PHONE = /^\+?[\d ().[\]-]+$/;
/** What a spreadsheet or a program leaves of a number: `79161234567.0`. Dots between groups are no decimal part. */
const DECIMAL = /^\+?(?:\d{10,}[.,]\d*|\d{7,}[.,]0)$/;
/** Russia and Kazakhstan with 7, or with the prefix 8 of calls inside the country. No code begins with 0, 1, 2, 5 or 6. */
const WITH_TRUNK = /^[78][34789]\d{9}$/;
const DIGITS_LEAST = 7;

export function readPhone(text: string): PhoneReading {
  // The library gives the same result, but costs 5 KB of memory and most of a row's time.
  if (RUSSIAN_MOBILE.test(text)) return { kind: 'phone', phone: text };
  const plain = plainPhoneText(text).replace(/^\( ?\+/, '+(');
  const isDecimal = DECIMAL.test(plain);
  if (!isDecimal && !ONLY_PHONE.test(plain)) return { kind: 'notPhone' };
  if (plain.startsWith('+')) {
    const phone = isDecimal ? null : readInternational(plain);
    return phone === null ? { kind: 'notPhone' } : { kind: 'phone', phone };
  }
  const digits = plain.replace(/\D/g, '');
  if (!isDecimal && WITH_TRUNK.test(digits)) return { kind: 'phone', phone: `+7${digits.slice(1)}` };
  if (!isDecimal && isRussianWithoutCode(digits)) return { kind: 'phone', phone: `+7${digits}` };
  return { kind: digits.length < DIGITS_LEAST ? 'notPhone' : 'noCountryCode' };
}

/** The phone in E.164; null for everything that is refused. */
export function phoneOrNull(text: string): string | null {
  const reading = readPhone(text);
  return reading.kind === 'phone' ? reading.phone : null;
}

/** From the sending API: with the plus and the country code, as it is documented. Null for anything else. */
export function readApiPhone(given: string): string | null {
  return /^\s*[+\uFF0B]/.test(given) ? phoneOrNull(given) : null;
}

/**
 * Whether a list's cell names this phone, alone or inside other text. Erasure uses it: it must find each phone to
 * which this version or an earlier one would have sent the list.
 *
 * @param phone in E.164.
 */
export function cellNamesPhone(cell: string, phone: string): boolean {
  if (cell.length < DIGITS_LEAST) return false;
  const plain = plainPhoneText(cell);
  const bare = plain.replace(/\D/g, '');
  if (bare.length < DIGITS_LEAST) return false;
  const digits = phone.slice(1);
  if (digits.length >= 10 && bare.includes(digits)) return true;
  const [, national] = /^7(\d{10})$/.exec(digits) ?? [];
  if (national !== undefined && (bare.includes(`8${national}`) || hasGroupsOf(plain, national))) return true;
  return phoneOrNull(cell) === phone || readFormerly(plain) === phone;
}

/** @param phone in E.164. Null when its code belongs to no single country. */
export function countryOfPhone(phone: string): CountryCode | null {
  return parsePhoneNumberFromString(phone)?.country ?? null;
}

/** Ten digits: a mobile number, or a city of Russia's numbering plan. */
function isRussianWithoutCode(digits: string): boolean {
  if (/^9\d{9}$/.test(digits)) return true;
  if (!/^[348]\d{9}$/.test(digits)) return false;
  const parsed = parsePhoneNumberFromString(`+7${digits}`);
  return parsed?.country === 'RU' && parsed.isValid();
}

/** Whether neighbouring groups of digits make exactly this number: `900 123-45-67` in `Анна, 900 123-45-67 доб. 5`. */
function hasGroupsOf(plain: string, number: string): boolean {
  const groups = plain.match(/\d+/g) ?? [];
  return groups.some((_, from) => {
    let joined = '';
    for (let at = from; at < groups.length && joined.length < number.length; at++) joined += groups[at];
    return joined === number;
  });
}

/** Earlier versions gave a plus to any 10 to 15 digits of a list; rows that were sent so may still be stored. */
function readFormerly(plain: string): string | null {
  const bare = plain.replace(/[\s().-]/g, '');
  return /^\d{10,15}$/.test(bare) ? readInternational(`+${bare}`) : null;
}

function readInternational(text: string): string | null {
  const parsed = parsePhoneNumberFromString(text, { extract: false });
  return parsed?.isPossible() && parsed.ext === undefined ? parsed.number : null;
}
