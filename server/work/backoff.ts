/**
 * How long to wait before a failed try is repeated. The wait doubles with each failure up to a ceiling, and is partly
 * random, so that many callers who failed together do not return together.
 */

export interface Backoff {
  /** The ceiling after the first failure. */
  firstMs: number;
  /** No ceiling is higher, however many failures there were. */
  mostMs: number;
  /** `full`: a wait between nothing and the ceiling. `equal`: between half of the ceiling and the ceiling. */
  jitter: 'full' | 'equal';
}

export interface BackoffQuestion extends Backoff {
  /** How many tries have failed so far, from 1. */
  failures: number;
  /** At least 0 and below 1. */
  random?: () => number;
}

export function backoffMs({
  firstMs,
  mostMs,
  jitter,
  failures,
  random = Math.random,
}: BackoffQuestion): number {
  const ceilingMs = Math.min(mostMs, firstMs * 2 ** (failures - 1));
  const leastMs = jitter === 'equal' ? ceilingMs / 2 : 0;
  return Math.round(leastMs + random() * (ceilingMs - leastMs));
}

/** Resolves after the wait, or at once when the signal fires; never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
