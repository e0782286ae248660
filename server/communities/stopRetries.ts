/** When a stopped community is tried again: a network may refuse a token in passing, as VK does with error 5. */
import { currentTimeMs } from '../work/clock.ts';

const MINUTE_MS = 60_000;
const usualWaitsMs = [1, 5, 15, 60].map((minutes) => minutes * MINUTE_MS);

/** @param waitsMs the last one repeats. */
export function nextTryAt(retries: number, waitsMs: readonly number[] = usualWaitsMs): Date {
  return new Date(currentTimeMs() + (waitsMs[Math.min(retries, waitsMs.length - 1)] ?? 0));
}
