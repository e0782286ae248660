/** Repeats work whose outcome is unknown, for as long as somebody waits for the answer. */
import { setTimeout } from 'node:timers/promises';
import { type Backoff, backoffMs } from '../work/backoff.ts';
import { classifyStoreError } from './classifyStoreError.ts';

const ATTEMPTS = 3;
const attemptBackoff: Backoff = { firstMs: 20, mostMs: 200, jitter: 'equal' };

/**
 * Asks again while the store is away, three times in all. The driver itself waits up to three seconds for a store that
 * cannot be reached. @param ask safe to repeat: an earlier attempt may have done its work
 * @throws the last error: then the outcome stays unknown, and the caller must not claim that the work is done.
 */
export async function askAgain<T>(ask: (isRepeat: boolean) => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask(failures > 1);
    } catch (error) {
      if (failures === ATTEMPTS || classifyStoreError(error) === 'unknown') throw error;
      await setTimeout(backoffMs({ ...attemptBackoff, failures }));
    }
  }
}
