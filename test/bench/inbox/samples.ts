/**
 * What a run has shown: percentiles of the times from a client's phone to each tab, and of the slowest hundredth where
 * the time went and what else ran then. A sample that met a pause of the ruler itself is counted as such.
 */
import { overlapsPause, type Pauses } from './pauses.ts';
import { type StageName, type StageTimes, stageDurations, stageKey, stageNames } from './stages.ts';

export interface Run {
  tabs: number;
  sentAtMs: Float64Array;
  /** When the sandbox had handed the message to the desk; as long as `sentAtMs`. */
  handedAtMs: Float64Array;
  userIds: Float64Array;
  cmids: Float64Array;
  /** By message and tab; 0 where nothing arrived. */
  arrivals: Float64Array;
}

export interface Surroundings {
  writer: Pauses;
  listeners: Pauses;
  mainGc: Float64Array;
  storeGc: Float64Array;
  stages: StageTimes;
}

export interface Percentiles {
  received: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface PauseReport {
  count: number;
  longestMs: number;
  totalMs: number;
}

export interface SlowestReport {
  fromMs: number;
  samples: number;
  /** A late message is late at many tabs. */
  messages: number;
  /** How many of the samples met each of these; one may meet several. */
  met: { rulersPause: number; mainGc: number; storeGc: number };
  /** Mean of each stage in the slowest samples, and in all; absent where the process reports no stages. */
  stages?: Record<StageName, { slowestMs: number; allMs: number; longestIn: number }>;
}

export interface RunReport extends Percentiles {
  /** Samples that met a pause of the ruler, and the percentile without them. */
  metRulersPause: number;
  p99WithoutThemMs: number;
  rulersPauses: Record<'writerGc' | 'writerLoop' | 'listenersGc' | 'listenersLoop', PauseReport>;
  slowest: SlowestReport;
}

/** A shorter pause does not explain a late sample. */
const PAUSE_MS_MIN = 1;
/** What came during a pause of the listeners is read, tab after tab, in this time after it. */
const READ_AFTER_MS = 5;

/** @param sorted in ascending order. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function percentilesOf(latencies: Float64Array): Percentiles {
  const sorted = latencies.slice().sort();
  return {
    received: sorted.length,
    p50Ms: round(percentile(sorted, 0.5)),
    p99Ms: round(percentile(sorted, 0.99)),
    maxMs: round(percentile(sorted, 1)),
  };
}

export function latenciesOf({ tabs, sentAtMs, arrivals }: Run): Float64Array {
  const latencies = new Float64Array(arrivals.length);
  let count = 0;
  arrivals.forEach((atMs, index) => {
    if (atMs === 0) return;
    latencies[count] = atMs - sentAtMs[Math.floor(index / tabs)]!;
    count += 1;
  });
  return latencies.subarray(0, count);
}

export function reportRun(run: Run, around: Surroundings): RunReport {
  const latencies = latenciesOf(run);
  const sorted = latencies.slice().sort();
  const fromMs = percentile(sorted, 0.99);
  const undisturbed: number[] = [];
  const slowest = createSlowest(fromMs);
  const all = createStageSums();
  run.arrivals.forEach((arrivedMs, index) => {
    if (arrivedMs === 0) return;
    const message = Math.floor(index / run.tabs);
    const sentMs = run.sentAtMs[message]!;
    const latencyMs = arrivedMs - sentMs;
    const handedMs = run.handedAtMs[message]!;
    const isOfRuler = metRulersPause(around, sentMs, handedMs, arrivedMs);
    if (!isOfRuler) undisturbed.push(latencyMs);
    const times = around.stages.get(stageKey(run.userIds[message]!, run.cmids[message]!));
    const durations = stageDurations(sentMs, handedMs, times, arrivedMs);
    if (durations) all.add(durations);
    if (latencyMs >= fromMs)
      slowest.add(message, durations, {
        rulersPause: isOfRuler,
        mainGc: overlapsPause(around.mainGc, handedMs, arrivedMs, PAUSE_MS_MIN),
        storeGc: overlapsPause(around.storeGc, handedMs, arrivedMs, PAUSE_MS_MIN),
      });
  });
  return {
    ...percentilesOf(latencies),
    metRulersPause: latencies.length - undisturbed.length,
    p99WithoutThemMs: round(percentile(Float64Array.from(undisturbed).sort(), 0.99)),
    rulersPauses: {
      writerGc: summed(around.writer.gc),
      writerLoop: summed(around.writer.loop),
      listenersGc: summed(around.listeners.gc),
      listenersLoop: summed(around.listeners.loop),
    },
    slowest: slowest.report(all),
  };
}

/** The writer's pauses count until the sandbox has handed the message over, the listeners' around its arrival. */
function metRulersPause(
  { writer, listeners }: Surroundings,
  sentMs: number,
  handedMs: number,
  arrivedMs: number,
): boolean {
  return (
    [writer.gc, writer.loop].some((pauses) => overlapsPause(pauses, sentMs, handedMs, PAUSE_MS_MIN)) ||
    [listeners.gc, listeners.loop].some((pauses) =>
      overlapsPause(pauses, arrivedMs - READ_AFTER_MS, arrivedMs, PAUSE_MS_MIN),
    )
  );
}

function createSlowest(fromMs: number) {
  const messages = new Set<number>();
  const met = { rulersPause: 0, mainGc: 0, storeGc: 0 };
  const sums = createStageSums();
  let samples = 0;
  return {
    add(
      message: number,
      durations: Record<StageName, number> | null,
      meets: Record<keyof typeof met, boolean>,
    ) {
      samples += 1;
      messages.add(message);
      for (const name of Object.keys(met) as (keyof typeof met)[]) if (meets[name]) met[name] += 1;
      if (durations) sums.add(durations);
    },
    report(all: ReturnType<typeof createStageSums>): SlowestReport {
      const counted = { fromMs: round(fromMs), samples, messages: messages.size, met };
      if (sums.count === 0) return counted;
      const stages = Object.fromEntries(
        stageNames.map((name) => [
          name,
          { slowestMs: sums.mean(name), allMs: all.mean(name), longestIn: sums.longestIn[name] },
        ]),
      );
      return { ...counted, stages: stages as NonNullable<SlowestReport['stages']> };
    },
  };
}

function createStageSums() {
  const zero = () => Object.fromEntries(stageNames.map((name) => [name, 0])) as Record<StageName, number>;
  const sums = zero();
  const longestIn = zero();
  return {
    count: 0,
    longestIn,
    add(durations: Record<StageName, number>) {
      this.count += 1;
      let longest: StageName = stageNames[0];
      for (const name of stageNames) {
        sums[name] += durations[name];
        if (durations[name] > durations[longest]) longest = name;
      }
      longestIn[longest] += 1;
    },
    mean(name: StageName): number {
      return round(sums[name] / this.count);
    },
  };
}

function summed(pauses: Float64Array): PauseReport {
  let longestMs = 0;
  let totalMs = 0;
  for (let at = 0; at < pauses.length; at += 2) {
    const ms = pauses[at + 1]! - pauses[at]!;
    longestMs = Math.max(longestMs, ms);
    totalMs += ms;
  }
  return { count: pauses.length / 2, longestMs: round(longestMs), totalMs: round(totalMs) };
}

const round = (ms: number) => Math.round(ms * 10) / 10;
