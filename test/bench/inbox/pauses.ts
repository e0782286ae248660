/**
 * The pauses of this process: its garbage collections, and times in which its event loop did not turn. Starts and
 * ends go into arrays that are made once.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { machineTimeMs } from './clock.ts';

/** Starts and ends by the machine's clock, one pause after the other: `[start, end, start, end, …]`. */
export interface Pauses {
  gc: Float64Array;
  loop: Float64Array;
}

export interface PauseWatch {
  /** The pauses since the last call. */
  take(): Promise<Pauses>;
}

const TICK_MS = 2;
/** A shorter gap between two ticks is how timers work. */
const GAP_MS_MIN = 5;
const PAUSES_MAX = 100_000;

export function watchPauses(): PauseWatch {
  const gc = createList();
  const loop = createList();
  const originMs = machineTimeMs() - performance.now();
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      gc.add(originMs + startTime, originMs + startTime + duration);
  });
  observer.observe({ entryTypes: ['gc'] });

  let tickedAtMs = machineTimeMs();
  setInterval(() => {
    const nowMs = machineTimeMs();
    if (nowMs - tickedAtMs >= GAP_MS_MIN) loop.add(tickedAtMs, nowMs);
    tickedAtMs = nowMs;
  }, TICK_MS).unref();

  return {
    async take() {
      // Observers are told of a collection in a later turn of the event loop.
      await new Promise((resolve) => setTimeout(resolve, 5 * TICK_MS));
      return { gc: gc.take(), loop: loop.take() };
    },
  };
}

function createList() {
  const times = new Float64Array(2 * PAUSES_MAX);
  let used = 0;
  return {
    add(startMs: number, endMs: number) {
      if (used === times.length) return;
      times[used] = startMs;
      times[used + 1] = endMs;
      used += 2;
    },
    take() {
      const taken = times.slice(0, used);
      used = 0;
      return taken;
    },
  };
}

/** Whether a pause of the list overlaps this time by at least `leastMs`. The list is in order, and is searched. */
export function overlapsPause(pauses: Float64Array, fromMs: number, toMs: number, leastMs = 0): boolean {
  // The first pause that ends after `fromMs`.
  let low = 0;
  let high = pauses.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pauses[2 * middle + 1]! > fromMs) high = middle;
    else low = middle + 1;
  }
  for (let index = 2 * low; index < pauses.length && pauses[index]! < toMs; index += 2) {
    const overlapMs = Math.min(pauses[index + 1]!, toMs) - Math.max(pauses[index]!, fromMs);
    if (overlapMs >= leastMs) return true;
  }
  return false;
}
