/** Gives each chain of calls a clock of its own in the past, so that many lives are played at the same time. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setPastClock } from '../work/clock.ts';

/** Stands still until it is set. */
export interface PastClock {
  nowMs: number;
}

const chains = new AsyncLocalStorage<PastClock>();

/** From now on each chain that `atPast` has started goes by its own clock, all other calls by the usual one. */
export function openPast(): { close(): void } {
  setPastClock(() => chains.getStore()?.nowMs);
  return { close: () => setPastClock(null) };
}

/** Runs the work under this clock, with everything that it calls and awaits. */
export function atPast<T>(clock: PastClock, work: () => Promise<T>): Promise<T> {
  return chains.run(clock, work);
}
