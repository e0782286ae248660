import { describe, expect, it } from 'vitest';
import { handedAt } from './load.ts';
import { overlapsPause } from './pauses.ts';
import { percentile, type Run, reportRun, type Surroundings } from './samples.ts';
import { readStages, stageDurations, stageKey, stageNames } from './stages.ts';

const none = new Float64Array();
const quiet: Surroundings = {
  writer: { gc: none, loop: none },
  listeners: { gc: none, loop: none },
  mainGc: none,
  storeGc: none,
  stages: new Map(),
};

/** One message each 100 ms to one tab; each takes 10 ms, except those of `late`. */
function runWith(count: number, late: Record<number, number> = {}): Run {
  const sentAtMs = Float64Array.from({ length: count }, (_, index) => 1_000 + index * 100);
  return {
    tabs: 1,
    sentAtMs,
    handedAtMs: sentAtMs.map((ms) => ms + 1),
    userIds: Float64Array.from({ length: count }, (_, index) => 6_000 + index),
    cmids: new Float64Array(count).fill(1),
    arrivals: sentAtMs.map((ms, index) => ms + (late[index] ?? 10)),
  };
}

describe('percentiles', () => {
  it('are the values that so large a share is below', () => {
    const sorted = Float64Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0, 0.5, 0.99, 1].map((share) => percentile(sorted, share))).toEqual([1, 51, 100, 100]);
    expect(percentile(none, 0.5)).toBeNaN();
  });

  it('of a run leave out what did not arrive', () => {
    const run = runWith(200, { 3: 50, 4: 60, 5: 70 });
    run.arrivals[0] = 0;
    expect(reportRun(run, quiet)).toMatchObject({ received: 199, p50Ms: 10, p99Ms: 60, maxMs: 70 });
  });
});

describe('a pause', () => {
  const pauses = Float64Array.of(10, 20, 30, 31, 50, 90);
  it.each([
    { from: 0, to: 10, met: false },
    { from: 0, to: 12, met: true },
    { from: 20, to: 30, met: false },
    { from: 19.5, to: 30.5, met: false },
    { from: 19.5, to: 31, met: true },
    { from: 60, to: 61, met: true },
    { from: 91, to: 99, met: false },
  ])('is met between $from and $to: $met', ({ from, to, met }) => {
    expect(overlapsPause(pauses, from, to, 1)).toBe(met);
  });
});

describe('a sample that met a pause of the ruler', () => {
  it('is counted, whichever process paused, and the percentile is told without it', () => {
    const run = runWith(200, { 3: 50, 4: 60, 5: 70 });
    const [sent3 = 0, sent4 = 0] = run.sentAtMs.subarray(3, 5);
    const report = reportRun(run, {
      ...quiet,
      // The writer stood still before it handed the fourth message over, the listeners when the fifth had arrived.
      writer: { gc: Float64Array.of(sent3 - 10, sent3 + 1), loop: none },
      listeners: { gc: none, loop: Float64Array.of(sent4 + 20, sent4 + 59) },
    });
    expect(report).toMatchObject({ p99Ms: 60, metRulersPause: 2, p99WithoutThemMs: 10 });
    expect(report.slowest).toMatchObject({ fromMs: 60, samples: 2, messages: 2, met: { rulersPause: 1 } });
    expect(report.rulersPauses.writerGc).toEqual({ count: 1, longestMs: 11, totalMs: 11 });
  });

  it('is not one whose writer paused after it had handed it over', () => {
    const run = runWith(1);
    const sentMs = run.sentAtMs[0] ?? 0;
    const writer = { gc: Float64Array.of(sentMs + 1, sentMs + 9), loop: none };
    expect(reportRun(run, { ...quiet, writer }).metRulersPause).toBe(0);
  });
});

describe('the stages of a message', () => {
  const id = { head: 0xabcdef, tail: 0x123456 };
  const rows = Float64Array.of(
    ...[0, 102, 6_000, 1, 0, 0],
    ...[1, 105, 6_000, 1, id.head, id.tail],
    // A try that met another message's place, and the next one with a new id.
    ...[1, 106, 6_000, 1, id.head, id.tail + 1],
    ...[2, 110, 6_000, 1, id.head, id.tail + 1],
    ...[3, 112, 0, 0, id.head, id.tail + 1],
    ...[4, 116, 0, 0, id.head, id.tail + 1],
    // A later packet with the same message, and one of a message that was not stored in this run.
    ...[3, 150, 0, 0, id.head, id.tail + 1],
    ...[3, 151, 0, 0, 1, 1],
  );

  it('are read from rows, by the message’s number and then by its id', () => {
    expect([...readStages(rows)]).toEqual([
      [
        stageKey(6_000, 1),
        { receivedMs: 102, storingMs: 105, storedMs: 110, emittingMs: 112, emittedMs: 116 },
      ],
    ]);
  });

  it('add up to the whole time', () => {
    const durations = stageDurations(100, 101, readStages(rows).get(stageKey(6_000, 1)), 118);
    expect(durations).toEqual({
      poll: 1,
      network: 1,
      intake: 3,
      store: 5,
      announce: 2,
      emit: 4,
      delivery: 2,
    });
  });

  it('end with the arrival, also at a tab that has its packet before the others', () => {
    const durations = stageDurations(100, 103, readStages(rows).get(stageKey(6_000, 1)), 114);
    expect(durations).toEqual({
      poll: 3,
      network: 0,
      intake: 2,
      store: 5,
      announce: 2,
      emit: 2,
      delivery: 0,
    });
    expect(stageNames.reduce((sum, name) => sum + (durations?.[name] ?? 0), 0)).toBe(14);
  });

  it('are unknown when one of them was not reported', () => {
    expect(
      stageDurations(100, 101, readStages(rows.subarray(0, 24)).get(stageKey(6_000, 1)), 118),
    ).toBeNull();
    expect(stageDurations(100, 101, undefined, 118)).toBeNull();
  });

  it('show where the slowest samples spent their time, beside all', () => {
    const run = runWith(100, { 7: 50 });
    const stages = new Map(
      Array.from(run.sentAtMs, (sentMs, index) => {
        const storeMs = index === 7 ? 41 : 1;
        const at = [2, 3, 3 + storeMs, 4 + storeMs, 5 + storeMs].map((ms) => sentMs + ms);
        const [receivedMs = 0, storingMs = 0, storedMs = 0, emittingMs = 0, emittedMs = 0] = at;
        const times = { receivedMs, storingMs, storedMs, emittingMs, emittedMs };
        return [stageKey(run.userIds[index] ?? 0, 1), times] as const;
      }),
    );
    const sent7 = run.sentAtMs[7] ?? 0;
    const { slowest } = reportRun(run, {
      ...quiet,
      stages,
      storeGc: Float64Array.of(sent7 + 10, sent7 + 40),
    });
    expect(slowest).toMatchObject({ samples: 1, met: { rulersPause: 0, mainGc: 0, storeGc: 1 } });
    expect(slowest.stages?.store).toEqual({ slowestMs: 41, allMs: 1.4, longestIn: 1 });
    expect(slowest.stages?.intake).toEqual({ slowestMs: 1, allMs: 1, longestIn: 0 });
  });
});

it('a message was handed over with the first poll that was answered after it was sent', () => {
  const sent = Float64Array.of(10, 11, 20, 30);
  expect([...handedAt(sent, Float64Array.of(5, 12, 21))]).toEqual([12, 12, 21, 30]);
});
