/**
 * Which places in time a token's calls get. Pure: `rows.ts` keeps the row, and `callBudgets.ts` waits for the places.
 * Why places, and why these shares: ADR 19.
 */
import type { Purpose } from '../calls.ts';

/** All times are the database's, in ms since 1970. */
export interface BudgetRow {
  /** The next free place. */
  nextAtMs: number;
  /** Advances with each place of reading, faster than time when reading takes more than its share. */
  readingAtMs: number;
  /** Until then the pace is half, because the network said that we call too often. */
  slowUntilMs: number;
}

export type Wanted = Record<Purpose, number>;

export interface Reserved {
  row: BudgetRow;
  /** Ascending. */
  placesAtMs: number[];
  /** When to ask again for what was not reserved; null when everything was. */
  retryAtMs: number | null;
}

/** In order of precedence. */
export const purposes = ['answering', 'reading', 'sending'] as const satisfies Purpose[];

/**
 * How far ahead a purpose reserves. An answer may stand behind many others; a campaign takes only what is nearly
 * due, so nobody waits behind a line of it.
 */
const AHEAD_MS: Wanted = { answering: 5_000, reading: 600, sending: 260 };
/** The most places in one reservation, so that two processes take turns. */
const AT_ONCE: Wanted = { answering: 10, reading: 5, sending: 5 };
/** How many places should be free before sending asks again: one write for several calls. */
const WORTH_ASKING: Wanted = { answering: 1, reading: 1, sending: 3 };
/** Of all places, so that sending goes on while a long history is read. */
const READING_SHARE = 0.7;
/** Reading may exceed its share for a moment. */
const READING_BURST_MS = 500;
const PAUSE_MS = 1_000;
/** A place farther ahead was written by a database whose clock was ahead. */
const BELIEVED_AHEAD_MS = AHEAD_MS.answering + PAUSE_MS + 2_000;
const SLOW_MS_MAX = 60_000;

export const emptyRow: BudgetRow = { nextAtMs: 0, readingAtMs: 0, slowUntilMs: 0 };

export function reservePlaces(
  before: BudgetRow,
  { nowMs, perSecond, wanted }: { nowMs: number; perSecond: number; wanted: Wanted },
): Reserved {
  const row = believable(before, nowMs);
  const spacingMs = (1000 / perSecond) * (nowMs < row.slowUntilMs ? 2 : 1);
  const placesAtMs: number[] = [];
  let retryAtMs: number | null = null;
  for (const purpose of purposes) {
    const most = Math.min(wanted[purpose], AT_ONCE[purpose]);
    for (let got = 0; got < most; got += 1) {
      const atMs = Math.max(row.nextAtMs, nowMs);
      const ownTurnAtMs = purpose === 'reading' ? row.readingAtMs - READING_BURST_MS : 0;
      if (atMs - nowMs > AHEAD_MS[purpose] || ownTurnAtMs > atMs) {
        // Nothing is left free in between: others take the places before reading's turn.
        const freeAtMs = atMs + (WORTH_ASKING[purpose] - 1) * spacingMs - AHEAD_MS[purpose];
        const askAtMs = Math.max(freeAtMs, ownTurnAtMs);
        retryAtMs = Math.min(retryAtMs ?? askAtMs, askAtMs);
        break;
      }
      placesAtMs.push(atMs);
      row.nextAtMs = atMs + spacingMs;
      if (purpose === 'reading')
        row.readingAtMs = Math.max(row.readingAtMs, atMs) + spacingMs / READING_SHARE;
    }
  }
  return { row, placesAtMs: placesAtMs.sort((left, right) => left - right), retryAtMs };
}

/** Null when the token is slow enough already: many calls may fail together. */
export function slowDown(before: BudgetRow, nowMs: number, slowMs: number): BudgetRow | null {
  const row = believable(before, nowMs);
  if (row.slowUntilMs >= nowMs + Math.min(slowMs, SLOW_MS_MAX) - PAUSE_MS) return null;
  return {
    ...row,
    nextAtMs: Math.max(row.nextAtMs, nowMs + PAUSE_MS),
    slowUntilMs: nowMs + Math.min(slowMs, SLOW_MS_MAX),
  };
}

function believable(row: BudgetRow, nowMs: number): BudgetRow {
  const within = (atMs: number, aheadMs: number) => (atMs > nowMs + aheadMs ? nowMs : atMs);
  return {
    nextAtMs: within(row.nextAtMs, BELIEVED_AHEAD_MS),
    readingAtMs: within(row.readingAtMs, BELIEVED_AHEAD_MS),
    slowUntilMs: within(row.slowUntilMs, SLOW_MS_MAX),
  };
}
