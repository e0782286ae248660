/**
 * The head of a list: which leading rows are titles and headers, and which column holds the phones. It guesses from
 * the first rows; a person decides.
 */
import type { Types } from 'mongoose';
import { campaignLimits } from '../../shared/schemas/campaign.ts';
import { phoneOrNull } from '../phones/readPhone.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { Campaign } from './campaign.model.ts';
import { guessPhoneColumn } from './columns.ts';

export interface Head {
  /** How many leading rows are no clients. */
  rows: number;
  /** The row that would be the headers holds a phone: only a person knows whether it is a client. */
  isAsked: boolean;
}

/** @param rows the first rows of the file, blank rows left out. */
export function guessHead(rows: readonly string[][]): Head {
  const titles = countTitles(rows);
  const isAsked = holdsPhone(rows[titles] ?? []);
  return { rows: isAsked ? titles : titles + 1, isAsked };
}

/** Titles stand above a table, often in merged cells: one filled cell each, where the rows below have more. */
function countTitles(rows: readonly string[][]): number {
  const table = rows.findIndex((cells) => filledIn(cells) > 1);
  if (table < 1 || table >= campaignLimits.headRows) return 0;
  return rows.slice(0, table).some(holdsPhone) ? 0 : table;
}

/** The column with the most phones, if at least half of the first rows have one there. */
export function guessPhonesAt(rows: readonly string[][]): number | null {
  const counts: number[] = [];
  for (const cells of rows)
    for (const [at, cell] of cells.entries())
      if (phoneOrNull(cell) !== null) counts[at] = (counts[at] ?? 0) + 1;
  const most = Math.max(0, ...Object.values(counts));
  return most * 2 >= rows.length && most > 0 ? counts.indexOf(most) : null;
}

/** The names of the columns, one for each; blank where the head has none. */
export function headersOf(rows: readonly string[][], headRows: number, columns: number): string[] {
  const named = rows[headRows - 1] ?? [];
  return Array.from({ length: columns }, (_, at) => (named[at] ?? '').slice(0, campaignLimits.headerChars));
}

export const headersPurpose = (campaignId: Types.ObjectId) => `mailing headers ${campaignId.toHexString()}`;

export function sealHeaders(
  sealing: Sealing,
  campaignId: Types.ObjectId,
  headers: readonly string[],
): Pick<Campaign, 'headers'> & { headersSealed: string } {
  return {
    headers: headers.map(() => ''),
    headersSealed: sealing.seal(JSON.stringify(headers), headersPurpose(campaignId)),
  };
}

export function openHeaders(
  sealing: Sealing,
  { _id, headers, headersSealed }: Pick<Campaign, '_id' | 'headers' | 'headersSealed'>,
): string[] {
  return headersSealed === undefined
    ? headers
    : (JSON.parse(sealing.open(headersSealed, headersPurpose(_id))) as string[]);
}

/** For screens. A client's phone is shown only where its view is registered, so a header that is one stays blank. */
export function shownHeaders(sealing: Sealing, campaign: Campaign): string[] {
  return openHeaders(sealing, campaign).map((header) => (phoneOrNull(header) === null ? header : ''));
}

export function likelyPhoneColumn(headers: readonly string[], { phonesAt }: Campaign): number | null {
  return guessPhoneColumn(headers) ?? phonesAt ?? null;
}

function holdsPhone(cells: readonly string[]): boolean {
  return cells.some((cell) => phoneOrNull(cell) !== null);
}

function filledIn(cells: readonly string[]): number {
  return cells.filter((cell) => cell !== '').length;
}
