/** One run of load: the writer writes at a steady rate, and the listeners note when each tab has each message. */
import type { Listeners } from './listeners.ts';
import type { OwnProcess } from './ownProcess.ts';
import type { Pauses } from './pauses.ts';
import { latenciesOf, type Percentiles, percentilesOf, type Run } from './samples.ts';
import type { Writer } from './writer.ts';

export interface Load {
  ratePerSecond: number;
  seconds: number;
  /** Each of them writes in turn. */
  userIds: number[];
}

export interface LoadReport extends Percentiles {
  ratePerSecond: number;
  seconds: number;
  sent: number;
  expected: number;
}

export interface Ruler {
  writer: OwnProcess<Writer>;
  listeners: OwnProcess<Listeners>;
  tabs: number;
}

export interface Measured {
  report: LoadReport;
  run: Run;
  pauses: { writer: Pauses; listeners: Pauses };
}

/** What has not arrived by then is missing. */
const SETTLE_MS = 5_000;
/** A run that overtaxed the program must not slow the next one. */
const QUIET_MS = 60_000;
const LOOK_EVERY_MS = 50;

export function createLoads({ writer, listeners, tabs }: Ruler): (load: Load) => Promise<Measured> {
  let first = 0;
  let expected = 0;

  async function waitForArrivals(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const { arrived, lost } = await listeners.ask('arrived');
      if (lost.length > 0) throw new Error(`${lost.length} tabs lost their connection: ${lost[0]}`);
      if (arrived === expected || performance.now() > deadline) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  return async ({ ratePerSecond, seconds, userIds }) => {
    await waitForArrivals(QUIET_MS);
    const count = Math.round(ratePerSecond * seconds);
    expected = count * tabs;
    await listeners.ask('expect', { first, count });
    const written = await writer.ask('write', { first, count, ratePerSecond, userIds });
    first += count;
    await waitForArrivals(SETTLE_MS);
    const heard = await listeners.ask('take');
    const handed = await writer.ask('takeHanded');
    const run: Run = {
      ...written,
      tabs,
      arrivals: heard.arrivals,
      handedAtMs: handedAt(written.sentAtMs, handed.answeredAtMs),
    };
    return {
      report: { ratePerSecond, seconds, sent: count, expected, ...percentilesOf(latenciesOf(run)) },
      run,
      pauses: { writer: handed.pauses, listeners: heard.pauses },
    };
  };
}

/** A message went out with the first poll that was answered after it was sent. */
export function handedAt(sentAtMs: Float64Array, answeredAtMs: Float64Array): Float64Array {
  let answer = 0;
  return sentAtMs.map((sentMs) => {
    while (answer < answeredAtMs.length && answeredAtMs[answer]! < sentMs) answer += 1;
    return answeredAtMs[answer] ?? sentMs;
  });
}

/** A rate is held when no message is missing and the 99th percentile is below a second. */
const isHeld = (report: LoadReport): boolean => report.received === report.expected && report.p99Ms < 1_000;

/** Doubles the rate until it is not held, narrows down, then runs the best rate for the full time. */
export async function highestHeldRate(
  run: (ratePerSecond: number, seconds: number) => Promise<LoadReport>,
  { startAt = 100, probeSeconds = 4, holdSeconds = 30, most = 3_200 } = {},
): Promise<LoadReport | null> {
  let held = 0;
  let failed = most * 2;
  for (let rate = startAt; rate <= most; rate *= 2) {
    if (isHeld(await run(rate, probeSeconds))) held = rate;
    else {
      failed = rate;
      break;
    }
  }
  for (let step = 0; step < 2 && failed - held > held / 8; step += 1) {
    const middle = Math.round((held + failed) / 2);
    if (isHeld(await run(middle, probeSeconds))) held = middle;
    else failed = middle;
  }
  for (let rate = held; rate >= 20; rate = Math.round(rate * 0.85)) {
    const report = await run(rate, holdSeconds);
    if (isHeld(report)) return report;
  }
  return null;
}
