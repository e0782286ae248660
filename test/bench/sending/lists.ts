/** A list of clients from its file to the gateway, and what memory it takes on the way. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MailingView, mailingView } from '../../../shared/schemas/mailing.ts';
import { until } from '../../support/until.ts';
import { type Ground, manyMessages, type RunningDesk } from './ground.ts';
import { type MemoryReport, sampleMemory } from './memory.ts';
import { LIFTED } from './worker.ts';

export interface RowsReport {
  rows: number;
  baseline: { seconds: number; rowsPerSecond: number };
  storedSeconds: number;
  /** From the upload's beginning to the end of the dry run. */
  checkedSeconds: number;
  checkedRowsPerSecond: number;
  /** From the start to the last row handed over to sending, which is never far ahead of the network (N19). */
  queuedSeconds: number;
  /** From the start to the last message taken by the gateway. */
  sentSeconds: number;
  sentRowsPerSecond: number;
}

const HOURS_MS = 3600_000;
const EVERY_MS = 50;

export async function measureRows(
  ground: Ground,
  { rows, say }: { rows: number; say(line: string): void },
): Promise<RowsReport> {
  return withFile(rows, async (path) => {
    const bare = await ground.baseline.ask<{ seconds: number }>('/file', { path });
    await ground.gateway.ask('/forget');
    const desk = await ground.start(LIFTED);
    try {
      const startedAt = performance.now();
      const secondsSince = (at: number) => round((performance.now() - at) / 1000);
      const mailing = await upload(desk, path);
      const storedSeconds = secondsSince(startedAt);
      await check(desk, mailing);
      const checkedSeconds = secondsSince(startedAt);
      say(`${rows} rows stored in ${storedSeconds} s, checked in ${checkedSeconds} s`);
      const params = { mailingId: mailing.id };
      const sendingAt = performance.now();
      await desk.admin.call('moveMailing', { params, body: { move: 'start' } });
      await untilMailing(desk, mailing, 'all to be queued', ({ taken }) => taken.rows === rows);
      const queuedSeconds = secondsSince(sendingAt);
      const done = await untilMailing(desk, mailing, 'done', ({ state }) => state === 'done');
      const sentSeconds = secondsSince(sendingAt);
      if (done.statuses.sent !== rows) throw new Error(`Not all were sent: ${JSON.stringify(done.statuses)}`);
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

export async function measureMemory(
  ground: Ground,
  { rows, say }: { rows: number; say(line: string): void },
): Promise<MemoryReport> {
  const desk = await ground.start();
  try {
    // As long a one first: a heap grows to its working size once. What is asked is whether a list adds to it.
    await withFile(rows, async (path) => check(desk, await upload(desk, path)));
    return await withFile(rows, async (path) => {
      const sampling = sampleMemory(desk.pid);
      await check(desk, await upload(desk, path));
      const report = { rows, ...(await sampling.end()) };
      say(`memory: ${JSON.stringify(report)}`);
      return report;
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

async function upload(desk: RunningDesk, path: string): Promise<MailingView> {
  const form = new FormData();
  form.append('file', new Blob([await readFile(path)]), 'orders.csv');
  const answer = await fetch(`${desk.url}/api/mailings`, {
    method: 'POST',
    headers: { cookie: desk.admin.cookie, Origin: desk.url },
    body: form,
  });
  if (answer.status !== 201)
    throw new Error(`The list was answered ${answer.status}: ${await answer.text()}`);
  return mailingView.parse(await answer.json());
}

/** The dry run. */
async function check(desk: RunningDesk, mailing: MailingView): Promise<void> {
  await desk.admin.call('matchColumns', {
    params: { mailingId: mailing.id },
    body: { template: 'orderReady', phoneColumn: 0, variables: { order: 1 } },
  });
  const ready = await untilMailing(desk, mailing, 'ready', ({ state }) => state === 'ready');
  if (ready.checked.fit !== mailing.rows) throw new Error(`Not all fit: ${JSON.stringify(ready.checked)}`);
}

function untilMailing(
  desk: RunningDesk,
  { id }: MailingView,
  what: string,
  is: (mailing: MailingView) => boolean,
): Promise<MailingView> {
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
