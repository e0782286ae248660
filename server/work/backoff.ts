/**
 * How long to wait before a retry. The wait doubles with each failure up to a maximum, and is partly random, so that
 * callers that failed together do not retry together.
 */
import { onAbort } from './onAbort.ts';

export interface Backoff {
  /** The ceiling of the wait after the first failure. */
  firstMs: number;
  /** The highest ceiling, after any number of failures. */
  mostMs: number;
  /** `full`: a wait between 0 and the ceiling. `equal`: a wait between half of the ceiling and the ceiling. */
  jitter: 'full' | 'equal';
}

export interface BackoffOptions extends Backoff {
  /** How many attempts have failed so far, from 1. */
  failures: number;
  /** Like `Math.random`: at least 0 and below 1. */
  random?: () => number;
}

export function backoffMs({
  firstMs,
  mostMs,
  jitter,
  failures,
  random = Math.random,
}: BackoffOptions): number {
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
      forget();
      resolve();
    };
    const timer = setTimeout(finish, ms);
    const forget = onAbort(signal, finish);
  });
}
