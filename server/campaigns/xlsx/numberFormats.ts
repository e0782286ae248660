/**
 * Converts a sheet's number to the text that a person sees: a date as a date, a code with its zeros. Money and other
 * formats stay plain numbers. So does a phone under a format of its own: the cell holds digits, the format adds the
 * brackets and perhaps a code, and the reader of phones decides by the digits.
 * Source of the built-in formats: ECMA-376, part 1, section 18.8.30.
 */
import { tellDate } from '../dates.ts';
import type { Archive } from './archive.ts';
import { readWholeXml } from './readXml.ts';

export type NumberKind =
  | { kind: 'plain' }
  | { kind: 'date' }
  /** Padded with zeros to this many digits, such as a postal code. */
  | { kind: 'padded'; digits: number };

export type NumberFormats = (style: number) => NumberKind;

/** With separators in the format, such as `000\\-000\\-00\\-00`, so many digits are a phone and no code. */
const PHONE_DIGITS = 9;

const PLAIN: NumberKind = { kind: 'plain' };
const DATE: NumberKind = { kind: 'date' };

/** Built-in formats of dates and times, with those of East Asia. */
const isBuiltInDate = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

export async function readNumberFormats(archive: Archive, part: string | null): Promise<NumberFormats> {
  const codes = new Map<number, string>();
  const styles: number[] = [];
  let isInCellFormats = false;
  if (part !== null)
    await readWholeXml(archive.read(part), {
      open(name, attributes) {
        if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
        if (name === 'cellXfs') isInCellFormats = true;
        if (name === 'xf' && isInCellFormats) styles.push(Number(attributes.numFmtId ?? 0));
      },
      close(name) {
        if (name === 'cellXfs') isInCellFormats = false;
      },
    });
  const kinds = styles.map((id) => {
    const code = codes.get(id);
    if (code !== undefined) return kindOf(code);
    return isBuiltInDate(id) ? DATE : PLAIN;
  });
  return (style) => kinds[style] ?? PLAIN;
}

function kindOf(code: string): NumberKind {
  // Ignores quoted texts, escaped letters, colours and locales. `[h]` is a duration.
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '').split(';', 1)[0]!;
  if (/[ymdhs]/i.test(bare)) return DATE;
  const digits = bare.trim().length;
  const isPhone = digits >= PHONE_DIGITS && /\\[^ ]|"/.test(code);
  return /^0{2,}$/.test(bare.trim()) && !isPhone ? { kind: 'padded', digits } : PLAIN;
}

/** A spreadsheet keeps 15 digits; more digits of a double are noise, such as 0.30000000000000004. */
export function numberText(value: string, format: NumberKind, is1904: boolean): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  if (format.kind === 'date') return dateText(number, is1904) ?? plainText(number);
  const text = plainText(number);
  return format.kind === 'padded' && /^\d+$/.test(text) ? text.padStart(format.digits, '0') : text;
}

function plainText(number: number): string {
  if (Number.isSafeInteger(number)) return String(number);
  const exact = Number(number.toPrecision(15));
  return Math.abs(exact) >= 1e21 || (exact !== 0 && Math.abs(exact) < 1e-6)
    ? exact.toFixed(15).replace(/\.?0+$/, '')
    : String(exact);
}

const DAY_S = 86_400;
const DAYS_MOST = 2_958_465; // 31 December 9999

/** `25.11.2026`, `25.11.2026 09:30` or `09:30`; null when the number is not a date. */
function dateText(serial: number, is1904: boolean): string | null {
  if (serial < 0 || serial > DAYS_MOST) return null;
  const seconds = Math.round(serial * DAY_S);
  const days = Math.floor(seconds / DAY_S);
  const time = new Date((seconds % DAY_S) * 1000).toISOString().slice(11, 19).replace(/:00$/, '');
  if (days === 0) return time;
  // Spreadsheets count a 29 February 1900, which did not exist.
  const epochMs = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
  const date = tellDate(new Date(epochMs + days * DAY_S * 1000).toISOString().slice(0, 10));
  return seconds % DAY_S === 0 ? date : `${date} ${time}`;
}
