/**
 * Measures one side: steady load of known clients, first messages of new ones, and the highest rate. The writer, the
 * listeners and the measured program run in processes of their own; this one only waits.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CpuReport, cpuBetween, cpuTimesOf } from '../sending/cpuTime.ts';
import type { Listeners } from './listeners.ts';
import { createLoads, highestHeldRate, type Load, type LoadReport } from './load.ts';
import { startOwnProcess } from './ownProcess.ts';
import { type RunReport, reportRun } from './samples.ts';
import type { Side, StartSide } from './sides.ts';
import { createDeskWatch } from './watched.ts';
import type { Writer } from './writer.ts';

export interface SideReport {
  steady: WatchedReport;
  /** First messages of new clients. */
  first: WatchedReport;
  highest: LoadReport | null;
  atRest: Side['atRest'];
}

export interface WatchedReport extends LoadReport, RunReport {
  /** Of the processor, for each message: hardly disturbed by other work on the machine. */
  cpu: Record<'program' | 'writer' | 'listeners', CpuReport>;
  /** The machine's load in the last minute, when the run ended. */
  loadAverage: number;
}

export interface SideOptions {
  tabs: number;
  withHighest: boolean;
  say(line: string): void;
}

const COMMUNITY = { groupId: 800800, token: 'bench-token' };
const KNOWN_CLIENTS = 200;
const WARM_UP = { ratePerSecond: 50, seconds: 4 };
const STEADY = { ratePerSecond: 50, seconds: 20 };
/** Each of these clients writes once. */
const NEWCOMERS = { ratePerSecond: 50, seconds: 8 };

const numbersFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => first + index);

export async function measureSide(
  name: string,
  start: StartSide,
  { tabs, withHighest, say }: SideOptions,
): Promise<SideReport> {
  const known = numbersFrom(6001, KNOWN_CLIENTS);
  const newcomers = numbersFrom(7001, NEWCOMERS.ratePerSecond * NEWCOMERS.seconds);
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-bench-'));
  const watch = createDeskWatch(join(dataDir, 'watched'));
  const writer = startOwnProcess<Writer>('./writer.ts');
  const listeners = startOwnProcess<Listeners>('./listeners.ts');
  let side: Side | null = null;
  try {
    const apiBaseUrl = await writer.ask('create', { ...COMMUNITY, userIds: [...known, ...newcomers] });
    side = await start({ community: COMMUNITY, apiBaseUrl, dataDir, watch });
    const { pid } = side;
    await listeners.ask('open', { url: side.url, cookie: side.cookie, count: tabs });
    const load = createLoads({ writer, listeners, tabs });
    const pids = [pid, writer.pid, listeners.pid];
    const cpuTimes = () => Promise.all(pids.map(cpuTimesOf));

    const watched = async (what: string, options: Load): Promise<WatchedReport> => {
      await watch.begin(pid);
      const before = await cpuTimes();
      const { report, run, pauses } = await load(options);
      const after = await cpuTimes();
      const [program, ofWriter, ofListeners] = after.map((times, index) =>
        cpuBetween(before[index]!, times, report.sent),
      );
      const cpu = { program: program!, writer: ofWriter!, listeners: ofListeners! };
      const found = reportRun(run, { ...pauses, ...(await watch.end(pid)) });
      say(`${name}: ${what} p50 ${found.p50Ms} ms, p99 ${found.p99Ms} ms, ${missing(report)}`);
      return { ...report, ...found, cpu, loadAverage: Math.round(loadavg()[0]! * 10) / 10 };
    };

    // Every known client has written once before the measurement: first messages are measured apart.
    await load({ ...WARM_UP, userIds: known });
    const steady = await watched('steady', { ...STEADY, userIds: known });
    const first = await watched('first messages', { ...NEWCOMERS, userIds: newcomers });
    const highest = withHighest
      ? await highestHeldRate(async (ratePerSecond, seconds) => {
          const { report } = await load({ ratePerSecond, seconds, userIds: known });
          say(`${name}: ${ratePerSecond}/s p99 ${report.p99Ms} ms, ${missing(report)}`);
          return report;
        })
      : null;
    return { steady, first, highest, atRest: side.atRest };
  } finally {
    await listeners.end();
    await side?.end();
    await writer.end();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const missing = ({ expected, received }: LoadReport) => `${expected - received} missing`;
