/** Waiting before a repeat: exponential, with full jitter so that many desks do not return in step. */

export interface Backoff {
  firstMs: number;
  mostMs: number;
}

/** @param attempt from 0 */
export function backoffMs({ firstMs, mostMs }: Backoff, attempt: number, random = Math.random): number {
  return Math.round(random() * Math.min(mostMs, firstMs * 2 ** attempt));
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
