/**
 * `npm run bench -- sending`: measures sending of service messages and a bare baseline over the same store, in the
 * same run, then simulates an hour of sending with a movable clock. `BENCH_ONLY=accepts,worker` runs only those
 * parts; the variables below set the sizes.
 */
import { mkdir } from 'node:fs/promises';
import { type AcceptsReport, measureAccepts } from './sending/accepts.ts';
import { createBenchContext } from './sending/context.ts';
import { type HourReport, simulateHour } from './sending/hour.ts';
import { type MemoryReport, measureMemory, measureRows, type RowsReport } from './sending/lists.ts';
import type { Fifths } from './sending/memory.ts';
import { measureWorker, type WorkerReport } from './sending/worker.ts';

const size = (name: string, usual: number) => Number(process.env[name] ?? usual);
const SIZES = {
  singles: size('BENCH_SINGLES', 10_000),
  batches: size('BENCH_BATCHES', 20),
  rows: size('BENCH_ROWS', 100_000),
  messages: size('BENCH_MESSAGES', 20_000),
  statuses: size('BENCH_STATUSES', 5_000),
  memoryRows: size('BENCH_MEMORY_ROWS', 200_000),
  sends: size('BENCH_SENDS', 4_000),
};
const seed = size('BENCH_SEED', 20_260_101);
const only = process.env.BENCH_ONLY?.split(',');

const say = (line: string) => console.error(line);

interface Report {
  sizes: typeof SIZES;
  accepts?: AcceptsReport;
  rows?: RowsReport;
  worker?: WorkerReport;
  memory?: MemoryReport;
  hour?: HourReport;
}

export async function run(): Promise<void> {
  const isAsked = (name: string) => only === undefined || only.includes(name);
  const report: Report = { sizes: SIZES };
  // Each measurement gets a fresh context, so that the data of one does not slow the next.
  if (process.env.BENCH_PROFILE) await mkdir(process.env.BENCH_PROFILE, { recursive: true });
  if (isAsked('accepts')) {
    await using context = await createBenchContext();
    report.accepts = await measureAccepts(context, { ...SIZES, say });
  }
  if (isAsked('worker')) {
    await using context = await createBenchContext();
    report.worker = await measureWorker(context, { ...SIZES, say });
  }
  if (isAsked('rows')) {
    await using context = await createBenchContext();
    report.rows = await measureRows(context, { rows: SIZES.rows, say });
  }
  if (isAsked('memory')) {
    await using context = await createBenchContext();
    report.memory = await measureMemory(context, { rows: SIZES.memoryRows, say });
  }
  if (isAsked('hour')) report.hour = await simulateHour({ sends: SIZES.sends, seed });
  console.table(tableOf(report));
  console.log(JSON.stringify(report, null, 2));
  const { hour } = report;
  if (hour && hour.pastTheirTime + hour.sixths > 0)
    throw new Error(`${hour.pastTheirTime} messages went past their time, ${hour.sixths} beyond the quota`);
}

function tableOf({ accepts, rows, worker, memory, hour }: Report) {
  const lines: { what: string; baseline: number | string; desk: number | string; aim: string }[] = [];
  const line = (what: string, baseline: number | string, desk: number | string, aim = '') =>
    lines.push({ what, baseline, desk, aim });
  if (accepts) {
    const { singles, batches } = accepts;
    line(
      'accepted one in a request, messages/s',
      singles.baseline.messagesPerSecond,
      singles.desk.messagesPerSecond,
    );
    line('the same, p50 / p99 ms', latency(singles.baseline), latency(singles.desk));
    line(
      'accepted in batches of 1,000, messages/s',
      batches.baseline.messagesPerSecond,
      batches.desk.messagesPerSecond,
    );
  }
  if (worker) {
    const { statusesInBatches: some, statusesOneByOne: one } = worker;
    line('sent by the worker, messages/s', worker.baselinePerSecond, worker.deskPerSecond, 'at least 2000');
    line(`statuses, ${some.statusesPerPost} in a post, per s`, some.baselinePerSecond, some.deskPerSecond);
    line('statuses, one in a post, per s', one.baselinePerSecond, one.deskPerSecond);
  }
  if (rows) {
    const stored = `${rows.baseline.seconds} (stored)`;
    line(
      `${rows.rows} rows: file to stored / checked, s`,
      stored,
      `${rows.storedSeconds} / ${rows.checkedSeconds}`,
    );
    line(`${rows.rows} rows: start to queued / sent, s`, '', `${rows.queuedSeconds} / ${rows.sentSeconds}`);
  }
  if (memory) {
    const fifths = ({ firstFifthMb, lastFifthMb, peakMb }: Fifths) =>
      `${firstFifthMb} / ${lastFifthMb} / ${peakMb}`;
    const { takenIn, sent, heaps } = memory;
    line(
      `${memory.rows} rows in and checked, resident MB, first fifth / last / peak`,
      '',
      fifths(takenIn.rss),
    );
    line('of it the process’s own', '', fifths(takenIn.own), 'flat');
    line('the same rows sent, resident', '', fifths(sent.rss));
    line('of it the process’s own', '', fifths(sent.own), 'flat');
    for (const thread of ['desk', 'store'] as const) {
      const steps = [heaps.atFirst, heaps.afterCheck, heaps.afterSending];
      const held = steps.map((step) => step[thread].afterMb).join(' / ');
      line(`held by the ${thread}’s thread, first / checked / sent`, '', held, 'flat');
    }
  }
  if (hour) {
    line(`simulated: ${hour.handedOver} handed over, past their time`, '', hour.pastTheirTime, '0');
    line('simulated: a sixth within 24 hours', '', hour.sixths, '0');
  }
  return lines;
}

const latency = ({ p50Ms, p99Ms }: { p50Ms: number; p99Ms: number }) => `${p50Ms} / ${p99Ms}`;

if (process.argv[1] === new URL(import.meta.url).pathname) await run();
