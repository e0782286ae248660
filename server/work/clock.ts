/**
 * The one clock of everything that is stored or compared with something stored: leases, due times, expiry, quotas.
 * It follows the database's time (`storage/databaseClock.ts`), so that processes with wrong clocks agree. Until it
 * follows, and over a store inside this process, it is the process's own clock. Durations within one process go by
 * `performance.now()` instead. See ADR 23.
 */

/** The database's time when `performance.now()` was 0; null while the process goes by its own clock. */
let originMs: number | null = null;
let readPast: (() => number | undefined) | null = null;

export function currentTimeMs(): number {
  return readPast?.() ?? (originMs === null ? Date.now() : Math.floor(originMs + performance.now()));
}

export function currentTime(): Date {
  return new Date(currentTimeMs());
}

/** Sets the clock; from now on the process's own clock may jump. Null: go by the process's own clock again. */
export function setCurrentTime(nowMs: number | null): void {
  originMs = nowMs === null ? null : nowMs - performance.now();
}

/**
 * Lets some calls of this process go by a moment of the past, which the function returns; undefined for all others.
 * Only the sample month does that. Null: no call does.
 */
export function setPastClock(read: (() => number | undefined) | null): void {
  readPast = read;
}

/** How far the process's own clock is ahead of this one; negative when it is behind. */
export function ownClockAheadMs(): number {
  return Date.now() - currentTimeMs();
}
