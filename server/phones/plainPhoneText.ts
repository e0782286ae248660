/**
 * Brings a phone as people write it to plain characters: ASCII digits, `+` and `-`, spaces. It drops characters that
 * nobody sees, which come with a copy from a messenger or a web page. It decides nothing about the number.
 */

/** Soft hyphens, zero-width characters, marks of text direction, the byte order mark, and variation selectors. */
const INVISIBLE = /\p{Cf}|[\uFE0E\uFE0F]/gu;
/** Dashes of all lengths, and the minus sign. */
const DASHES = /[\p{Pd}\u2212]/gu;
/** Arabic and full-width digits; the last four bits of each are its value. */
const OTHER_DIGITS = /[\u0660-\u0669\u06F0-\u06F9\uFF10-\uFF19]/g;
const OTHER_PLUSES = /[\uFF0B\uFE62]/g;
/** A spreadsheet shows a cell as text when it begins with an apostrophe; our own CSV files write it (`csvLine.ts`). */
const LEADING_APOSTROPHES = /^['’‘ʼ`´]+/;

export function plainPhoneText(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .replace(DASHES, '-')
    .replace(OTHER_PLUSES, '+')
    .replace(OTHER_DIGITS, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/\s+/g, ' ')
    .trim()
    .replace(LEADING_APOSTROPHES, '')
    .trim();
}
