/**
 * `npm run bench -- inbox`: measures the desk and a bare baseline over the same store, in the same run.
 * `BENCH_SIZES=1000,100000` and `BENCH_TABS=50` make it smaller.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startSandbox } from '../../server/sandbox/startSandbox.ts';
import { firstPassword, signIn, startDeskProcess } from '../support/deskProcess.ts';
import { firstScriptKb } from '../support/firstScript.ts';
import { freePort } from '../support/freePort.ts';
import { until } from '../support/until.ts';
import { createArrivals, highestHeldRate, type LoadReport } from './inbox/load.ts';
import { measurePages } from './inbox/pages.ts';
import { openTabs } from './inbox/socketClients.ts';

const TABS = Number(process.env.BENCH_TABS ?? 200);
const SIZES = (process.env.BENCH_SIZES ?? '1000,100000,1000000').split(',').map(Number);
const STEADY = { ratePerSecond: 50, seconds: 20, tabs: TABS };
/** Each of these clients writes once. */
const NEWCOMERS = { ratePerSecond: 50, seconds: 8, tabs: TABS };
const KNOWN = 200;
const GROUP_ID = 800800;
const TOKEN = 'bench-token';

const say = (line: string) => console.error(line);

interface Side {
  steady: LoadReport;
  first: LoadReport;
  highest: LoadReport | null;
}

async function withLoad(
  name: string,
  start: (
    apiBaseUrl: string,
    dataDir: string,
  ) => Promise<{ url: string; cookie: string; end(): Promise<void> }>,
): Promise<Side> {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-bench-'));
  const sandbox = await startSandbox({ port: 0, logger: pino({ level: 'silent' }) });
  try {
    sandbox.control.createCommunity({ groupId: GROUP_ID, name: 'Bench', screenName: 'bench', token: TOKEN });
    const userIds = Array.from({ length: KNOWN }, (_, index) => 6001 + index);
    const newcomers = Array.from(
      { length: NEWCOMERS.ratePerSecond * NEWCOMERS.seconds },
      (_, index) => 7001 + index,
    );
    for (const userId of [...userIds, ...newcomers]) {
      sandbox.control.createUser({
        userId,
        firstName: 'B',
        lastName: String(userId),
        phone: `+7999222${userId}`,
      });
    }
    const side = await start(sandbox.apiBaseUrl, dataDir);
    const arrivals = createArrivals(sandbox.control, GROUP_ID);
    const tabs = await openTabs(side.url, TABS, side.cookie, arrivals.onNumber);
    try {
      // Three quarters of the clients write during the warm-up; first messages of the rest are part of the
      // measurement.
      await arrivals.run({ ratePerSecond: 50, seconds: 3, tabs: TABS, userIds });
      const steady = await arrivals.run({ ...STEADY, userIds });
      say(`${name}: steady p50 ${steady.p50Ms} ms, p99 ${steady.p99Ms} ms`);
      const first = await arrivals.run({ ...NEWCOMERS, userIds: newcomers });
      say(`${name}: first messages p50 ${first.p50Ms} ms, p99 ${first.p99Ms} ms`);
      const highest = await highestHeldRate(async (ratePerSecond, seconds) => {
        const report = await arrivals.run({ ratePerSecond, seconds, tabs: TABS, userIds });
        say(
          `${name}: ${ratePerSecond}/s p99 ${report.p99Ms} ms, ${report.expected - report.received} missing`,
        );
        return report;
      });
      return { steady, first, highest };
    } finally {
      tabs.close();
      await side.end();
    }
  } finally {
    await sandbox.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const baseline = () =>
  withLoad('baseline', async (apiBaseUrl, dataDir) => {
    const port = await freePort();
    const child: ChildProcess = spawn(
      'npx',
      ['tsx', new URL('./inbox/baseline.ts', import.meta.url).pathname],
      {
        env: {
          ...process.env,
          PORT: String(port),
          DATA_DIR: dataDir,
          VK_API_URL: apiBaseUrl,
          VK_TOKEN: TOKEN,
          GROUP_ID: String(GROUP_ID),
        },
        stdio: ['ignore', 'inherit', 'inherit'],
        detached: true,
      },
    );
    const url = `http://127.0.0.1:${port}`;
    await until('the baseline to listen', async () => (await fetch(url)).ok, { timeoutMs: 30_000 });
    return {
      url,
      cookie: '',
      end: async () => {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      },
    };
  });

let atRest = { readyMs: 0, memoryMb: 0 };

const desk = () =>
  withLoad('desk', async (apiBaseUrl, dataDir) => {
    const startedAt = performance.now();
    const child = await startDeskProcess({
      PORT: String(await freePort()),
      DATA_DIR: dataDir,
      SANDBOX: 'off',
      VK_API_URL: apiBaseUrl,
    });
    atRest = { readyMs: Math.round(performance.now() - startedAt), memoryMb: await residentMb(child.pid) };
    const client = await signIn(
      child.url,
      'admin@example.com',
      await firstPassword(dataDir, 'admin@example.com'),
    );
    await client.call('connectCommunity', {
      body: { network: 'vk', token: TOKEN, intake: { longPoll: true, webhook: false } },
    });
    await until('the community to be live', async () => {
      const { communities } = await client.call('bootstrap');
      return communities[0]?.connection.state === 'live';
    });
    return { url: child.url, cookie: client.cookie, end: () => child.kill('SIGTERM') };
  });

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024);
}

export async function run(): Promise<void> {
  const bare = await baseline();
  const ours = await desk();
  const pages = await measurePages(SIZES, say);
  const ratio = (a = Number.NaN, b = Number.NaN) => Math.round((a / b) * 100) / 100;
  const spread = (values: number[]) => ratio(Math.max(...values), Math.min(...values));
  const report = {
    tabs: TABS,
    steady: {
      baseline: bare.steady,
      desk: ours.steady,
      p99Ratio: ratio(ours.steady.p99Ms, bare.steady.p99Ms),
    },
    first: {
      baseline: bare.first,
      desk: ours.first,
      p99Ratio: ratio(ours.first.p99Ms, bare.first.p99Ms),
    },
    highest: {
      baseline: bare.highest,
      desk: ours.highest,
      ratio: ratio(ours.highest?.ratePerSecond, bare.highest?.ratePerSecond),
    },
    pages,
    listSpread: spread(pages.map((page) => page.listMedianMs)),
    threadSpread: spread(pages.map((page) => page.threadMedianMs)),
    ...atRest,
    firstScriptKbGzip: await firstScriptKb('ru'),
  };
  console.table([
    {
      what: `event to ${TABS} tabs at 50/s, p50 ms`,
      baseline: bare.steady.p50Ms,
      desk: ours.steady.p50Ms,
      aim: '',
    },
    {
      what: `event to ${TABS} tabs at 50/s, p99 ms`,
      baseline: bare.steady.p99Ms,
      desk: ours.steady.p99Ms,
      aim: `ratio ${report.steady.p99Ratio}, at most 2`,
    },
    {
      what: 'the same of 50 clients/s never met before, p50 ms',
      baseline: bare.first.p50Ms,
      desk: ours.first.p50Ms,
      aim: '',
    },
    {
      what: 'the same of 50 clients/s never met before, p99 ms',
      baseline: bare.first.p99Ms,
      desk: ours.first.p99Ms,
      aim: `ratio ${report.first.p99Ratio}`,
    },
    {
      what: 'highest rate held 30 s, events/s',
      baseline: bare.highest?.ratePerSecond,
      desk: ours.highest?.ratePerSecond,
      aim: `ratio ${report.highest.ratio}, at least 0.5`,
    },
    ...pages.map((page) => ({
      what: `list / thread page at ${page.conversations}, median ms`,
      baseline: '',
      desk: `${page.listMedianMs} / ${page.threadMedianMs}`,
      aim: '',
    })),
    {
      what: 'list and thread spread over sizes',
      baseline: '',
      desk: `${report.listSpread} / ${report.threadSpread}`,
      aim: 'at most 1.5',
    },
    { what: 'start to ready, ms', baseline: '', desk: report.readyMs, aim: 'under 3000' },
    { what: 'memory at rest, MB', baseline: '', desk: report.memoryMb, aim: '' },
    {
      what: "the web's first JavaScript, KB gzip",
      baseline: '',
      desk: report.firstScriptKbGzip,
      aim: 'under 300',
    },
  ]);
  console.log(JSON.stringify(report, null, 2));
}

if (process.argv[1] === new URL(import.meta.url).pathname) await run();
