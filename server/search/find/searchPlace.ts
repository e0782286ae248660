/**
 * Where a page of a search ended. A search with the exact hits first has two parts, and its cursor names the part too.
 */
import { Types } from 'mongoose';
import { type Place, parseCursor } from '../../storage/pageCursor.ts';

export interface SearchPlace {
  part: 'exact' | 'rest';
  /** Null at the beginning of the part. */
  after: Place | null;
}

const EXACT = 'exact_';
/** The exact hits are over, and the others begin. */
export const REST_CURSOR = 'rest';

/** @param cursor the place among the exact hits. */
export const exactCursor = (cursor: string): string => `${EXACT}${cursor}`;

/** Null for the first page. A malformed cursor is the end, so that a tab keeps what it shows. */
export function parseSearchPlace(cursor: string | undefined): SearchPlace | null {
  if (cursor === undefined) return null;
  if (cursor === REST_CURSOR) return { part: 'rest', after: null };
  const part = cursor.startsWith(EXACT) ? 'exact' : 'rest';
  const end = { at: new Date(0), id: new Types.ObjectId('0'.repeat(24)) };
  return { part, after: parseCursor(part === 'exact' ? cursor.slice(EXACT.length) : cursor) ?? end };
}
