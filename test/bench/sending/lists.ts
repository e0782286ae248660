/** Measures a list of clients from its file to the gateway, and the memory it needs on the way. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CampaignView, campaignView } from '../../../shared/schemas/campaign.ts';
import { until } from '../../support/until.ts';
import { type BenchContext, manyMessages, type RunningDesk } from './context.ts';
import { collectedHeaps, type Heaps, heapArguments, heapEnv } from './heap.ts';
import { type Sampled, sampleMemory } from './memory.ts';
import { LIFTED } from './worker.ts';

export interface RowsReport {
  rows: number;
  baseline: { seconds: number; rowsPerSecond: number };
  storedSeconds: number;
  /** From the beginning of the upload to the end of the dry run. */
  checkedSeconds: number;
  checkedRowsPerSecond: number;
  /** From the start to the last row queued; the queue never runs far ahead of the network (N19, time to live). */
  queuedSeconds: number;
  /** From the start to the last message accepted by the gateway. */
  sentSeconds: number;
  sentRowsPerSecond: number;
}

export interface MemoryReport {
  rows: number;
  takenIn: Sampled;
  sent: Sampled;
  /** Heaps of each thread before the list, after its check, and after all of it was sent. */
  heaps: Record<'atFirst' | 'afterCheck' | 'afterSending', Heaps>;
}

const HOURS_MS = 3600_000;
const EVERY_MS = 50;

export async function measureRows(
  context: BenchContext,
  { rows, say }: { rows: number; say(line: string): void },
): Promise<RowsReport> {
  return withFile(rows, async (path) => {
    const bare = await context.baseline.ask<{ seconds: number }>('/file', { path });
    await context.gateway.ask('/forget');
    const desk = await context.start(LIFTED);
    try {
      const startedAt = performance.now();
      const secondsSince = (at: number) => round((performance.now() - at) / 1000);
      const campaign = await upload(desk, path);
      const storedSeconds = secondsSince(startedAt);
      await check(desk, campaign);
      const checkedSeconds = secondsSince(startedAt);
      say(`${rows} rows stored in ${storedSeconds} s, checked in ${checkedSeconds} s`);
      const sendingAt = performance.now();
      await start(desk, campaign);
      await untilCampaign(
        desk,
        campaign,
        'all to be queued',
        ({ taken: accepted }) => accepted.rows === rows,
      );
      const queuedSeconds = secondsSince(sendingAt);
      await untilSent(desk, campaign);
      const sentSeconds = secondsSince(sendingAt);
      say(`sent in ${sentSeconds} s`);
      return {
        rows,
        baseline: { seconds: round(bare.seconds), rowsPerSecond: Math.round(rows / bare.seconds) },
        storedSeconds,
        checkedSeconds,
        checkedRowsPerSecond: Math.round(rows / checkedSeconds),
        queuedSeconds,
        sentSeconds,
        sentRowsPerSecond: Math.round(rows / sentSeconds),
      };
    } finally {
      await desk.end();
    }
  });
}

/** A small list first: a heap and its young generation grow to their working size once. */
const WARM_UP_SHARE = 10;

export async function measureMemory(
  context: BenchContext,
  { rows, say }: { rows: number; say(line: string): void },
): Promise<MemoryReport> {
  await context.gateway.ask('/forget');
  const desk = await context.start({ ...LIFTED, ...heapEnv }, heapArguments);
  const log = <T>(what: string, seen: T): T => {
    say(`memory, ${what}: ${JSON.stringify(seen)}`);
    return seen;
  };
  try {
    await withFile(Math.ceil(rows / WARM_UP_SHARE), async (path) => {
      const campaign = await upload(desk, path);
      await check(desk, campaign);
      await send(desk, campaign);
    });
    const atFirst = log('heaps at first', await collectedHeaps(desk.pid));
    return await withFile(rows, async (path) => {
      const takingIn = sampleMemory(desk.pid);
      const campaign = await upload(desk, path);
      await check(desk, campaign);
      const takenIn = log('uploaded and checked', await takingIn.end());
      const afterCheck = log('heaps then', await collectedHeaps(desk.pid));
      const sending = sampleMemory(desk.pid);
      await send(desk, campaign);
      const sent = log('sent', await sending.end());
      const afterSending = log('heaps at last', await collectedHeaps(desk.pid));
      return { rows, takenIn, sent, heaps: { atFirst, afterCheck, afterSending } };
    });
  } finally {
    await desk.end();
  }
}

async function withFile<T>(rows: number, use: (path: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'notify-inbox-list-'));
  try {
    const path = join(dir, 'orders.csv');
    const lines = manyMessages(rows).map(
      ({ phone, variables: { order } }) => `${phone};${order};Клиент из списка`,
    );
    await writeFile(path, `Телефон;Заказ;Имя\n${lines.join('\n')}\n`);
    return await use(path);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function upload(desk: RunningDesk, path: string): Promise<CampaignView> {
  const form = new FormData();
  form.append('file', new Blob([await readFile(path)]), 'orders.csv');
  const answer = await fetch(`${desk.url}/api/mailings`, {
    method: 'POST',
    headers: { cookie: desk.admin.cookie, Origin: desk.url },
    body: form,
  });
  if (answer.status !== 201)
    throw new Error(`The list was answered ${answer.status}: ${await answer.text()}`);
  return campaignView.parse(await answer.json());
}

/** The dry run. */
async function check(desk: RunningDesk, campaign: CampaignView): Promise<void> {
  await desk.admin.call('matchColumns', {
    params: { mailingId: campaign.id },
    body: { template: 'orderReady', phoneColumn: 0, variables: { order: 1 } },
  });
  const ready = await untilCampaign(desk, campaign, 'ready', ({ state }) => state === 'ready');
  if (ready.checked.fit !== campaign.rows) throw new Error(`Not all fit: ${JSON.stringify(ready.checked)}`);
}

async function start(desk: RunningDesk, { id }: CampaignView): Promise<void> {
  await desk.admin.call('moveMailing', { params: { mailingId: id }, body: { move: 'start' } });
}

async function untilSent(desk: RunningDesk, campaign: CampaignView): Promise<void> {
  const { statuses } = await untilCampaign(desk, campaign, 'done', ({ state }) => state === 'done');
  if (statuses.sent !== campaign.rows) throw new Error(`Not all were sent: ${JSON.stringify(statuses)}`);
}

async function send(desk: RunningDesk, campaign: CampaignView): Promise<void> {
  await start(desk, campaign);
  await untilSent(desk, campaign);
}

function untilCampaign(
  desk: RunningDesk,
  { id }: CampaignView,
  what: string,
  is: (campaign: CampaignView) => boolean,
): Promise<CampaignView> {
  return until(
    `the list: ${what}`,
    async () => {
      const now = await desk.admin.call('readMailing', { params: { mailingId: id } });
      return is(now) && now;
    },
    { timeoutMs: HOURS_MS, everyMs: EVERY_MS },
  );
}

const round = (seconds: number) => Math.round(seconds * 100) / 100;
