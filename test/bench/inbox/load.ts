/** Writes client messages at a steady rate and times how long each takes to reach each tab. */
import type { SandboxControl } from '../../../server/sandbox/control.ts';

export interface LoadReport {
  ratePerSecond: number;
  seconds: number;
  sent: number;
  expected: number;
  received: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface Arrivals {
  /** Every tab must call this for every message that it receives. */
  onNumber(number: number, at: number): void;
  /** Each of `userIds` writes in turn. */
  run(options: {
    ratePerSecond: number;
    seconds: number;
    tabs: number;
    userIds: readonly number[];
  }): Promise<LoadReport>;
}

const TICK_MS = 10;
const SETTLE_MS = 5_000;

export function createArrivals(control: SandboxControl, groupId: number): Arrivals {
  const sentAt: number[] = [];
  let latencies: number[] = [];
  let from = 0;

  return {
    onNumber(number, at) {
      const sent = sentAt[number];
      if (number >= from && sent !== undefined) latencies.push(at - sent);
    },
    async run({ ratePerSecond, seconds, tabs, userIds }) {
      from = sentAt.length;
      latencies = [];
      const startedAt = performance.now();
      const total = Math.round(ratePerSecond * seconds);
      for (let sent = 0; sent < total; ) {
        const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * ratePerSecond));
        for (; sent < due; sent += 1) {
          const number = sentAt.length;
          const userId = userIds[number % userIds.length] ?? 0;
          sentAt.push(performance.now());
          control.clientSends({ userId, groupId, text: `#${number}` });
        }
        await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      }
      const expected = total * tabs;
      const deadline = performance.now() + SETTLE_MS;
      while (latencies.length < expected && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const sorted = Float64Array.from(latencies).sort();
      const at = (share: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
      return {
        ratePerSecond,
        seconds,
        sent: total,
        expected,
        received: sorted.length,
        p50Ms: round(at(0.5)),
        p99Ms: round(at(0.99)),
        maxMs: round(at(1)),
      };
    },
  };
}

const round = (ms: number) => Math.round(ms * 10) / 10;

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
