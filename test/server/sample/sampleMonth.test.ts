import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createClosing } from '../../../server/app/closing.ts';
import { readConfig } from '../../../server/app/config.ts';
import { writeSampleMonth } from '../../../server/app/sampleMonth.ts';
import { connectStore, openStore, type Store } from '../../../server/app/store.ts';
import { followOnce } from '../../../server/figures/followThreads.ts';
import { readPeriod } from '../../../server/figures/period.ts';
import { readReport } from '../../../server/figures/readReport.ts';
import { planMonth } from '../../../server/sample/planMonth.ts';
import { createPick } from '../../../server/sample/random.ts';
import type { SampleMonth } from '../../../server/sample/sampleMonth.model.ts';
import { seededRandom } from '../../../server/sandbox/seededRandom.ts';
import { currentTimeMs } from '../../../server/work/clock.ts';
import { silent } from '../../support/store.ts';
import { figuresOver } from '../figures/figuresFixture.ts';
import { recount, stored, type Totals } from '../figures/recount.ts';

const closing = createClosing();
afterEach(() => closing.closeAll());

/** An installation of its own; `env` starts the program on it, too. */
async function newInstallation() {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-sample-'));
  closing.add(() => rm(dataDir, { recursive: true, force: true }));
  const uri = process.env.MONGODB_URI && new URL(process.env.MONGODB_URI);
  if (uri) uri.pathname = `/notify-inbox-test-${randomBytes(6).toString('hex')}`;
  const env = {
    DATA_DIR: dataDir,
    SANDBOX_PORT: '0',
    LOG_LEVEL: 'silent',
    ...(uri ? { MONGODB_URI: uri.href } : {}),
  };
  return { env, config: readConfig(env) };
}

async function lookInto<T>(
  { config }: Awaited<ReturnType<typeof newInstallation>>,
  look: (store: Store) => Promise<T>,
): Promise<T> {
  const opened = createClosing();
  try {
    const connection = await connectStore(config, { logger: silent, closing: opened });
    return await look(await openStore(connection, { isShared: config.mongodbUri !== null, logger: silent }));
  } finally {
    await opened.closeAll();
  }
}

const nothingToSay = { logger: silent, say: () => undefined };

it('is counted by the reports exactly as a recount of its messages, and refused where others have written', async () => {
  const installation = await newInstallation();
  const options = { days: 1, perDay: 10, seed: 7 };
  const outcome = await writeSampleMonth(installation.config, options, nothingToSay);
  expect(outcome.kind).toBe('written');

  await lookInto(installation, async (store) => {
    while (await followOnce({ ...store, logger: silent }));
    const figures = figuresOver(store.connection) as never;
    const counted = await recount(figures, store.companyId);
    const sums = Object.entries(await stored(figures, store.companyId));
    const [ofService, others] = [true, false].map((is) =>
      sums.filter(([key]) => key.endsWith(' serviceAnswered') === is),
    );
    expect(Object.fromEntries(others!)).toEqual(counted);
    const answered = await store.messages.distinct('answers.messageId');
    expect(ofService!.reduce((sum, [, count]) => sum + count, 0)).toBe(answered.filter(Boolean).length);
    expect(answered.length).toBeGreaterThan(0);

    const sum = (name: string) => sumOf(counted, name);
    const dayOf = (atMs: number) => new Date(atMs + 3 * 3_600_000).toISOString().slice(0, 10);
    const days = readPeriod(dayOf(currentTimeMs() - 86_400_000), dayOf(currentTimeMs()), 'Europe/Moscow');
    if (days.kind !== 'read') throw new Error('the period was not read');
    const report = await readReport(store, {
      communityIds: null,
      subject: 'all',
      key: '',
      timeZone: 'Europe/Moscow',
      days,
    });
    expect(report.figures).toMatchObject({
      replies: sum('replies'),
      answers: sum('answers'),
      resolved: sum('resolved'),
      cases: sum('cases'),
      reopened: sum('reopened'),
    });
    expect(sum('cases')).toBeGreaterThanOrEqual(10);
    await expectPlanned(store);
    expect(await store.conversations.exists({ clientName: /^id/ })).toBeNull();
  });

  expect((await writeSampleMonth(installation.config, options, nothingToSay)).kind).toBe('known');
  const more = { ...options, perDay: 11 };
  expect((await writeSampleMonth(installation.config, more, nothingToSay)).kind).toBe('otherMonth');
  await lookInto(installation, (store) => store.sampleMonths.deleteMany({}));
  expect((await writeSampleMonth(installation.config, options, nothingToSay)).kind).toBe('hasConversations');
  const real = readConfig({ ...installation.env, SANDBOX: 'off' });
  expect((await writeSampleMonth(real, options, nothingToSay)).kind).toBe('noSandbox');
}, 60_000);

it('goes on after it was killed, and has each message of the plan once', async () => {
  const installation = await newInstallation();
  const script = new URL('../../../dist/server/sample.js', import.meta.url).pathname;
  const run = () =>
    spawn(process.execPath, [script, 'month', '--days', '1', '--per-day', '40'], {
      env: { PATH: process.env.PATH ?? '', ...installation.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const first = run();
  const ended = new Promise((resolve) => first.once('close', resolve));
  closing.add(() => first.kill('SIGKILL'));
  // It says how far it is after the first client; the next ones are half written then.
  await new Promise((resolve) => first.stdout.once('data', resolve));
  first.kill('SIGKILL');
  await ended;
  const left = await lookInto(installation, async (store) => {
    const { livesDone, isDone } = (await store.sampleMonths.findOne().lean<SampleMonth>())!;
    return { livesDone, isDone, conversations: await store.conversations.countDocuments({}) };
  });
  expect(left.isDone).toBe(false);
  expect(left.conversations).toBeGreaterThan(left.livesDone);

  const outcome = await writeSampleMonth(installation.config, { days: 1, perDay: 40, seed: 1 }, nothingToSay);
  expect(outcome.kind).toBe('written');
  await lookInto(installation, expectPlanned);
}, 90_000);

/** Nothing is lost and nothing doubled: each step that writes a message has written one. */
async function expectPlanned({ messages, sampleMonths }: Store): Promise<void> {
  const month = (await sampleMonths.findOne().lean<SampleMonth>())!;
  const lives = planMonth(createPick(seededRandom(month.seed)), {
    ...month,
    untilMs: month.untilAt.getTime(),
  });
  const steps = lives.flatMap((life) => life.steps.map((step) => ({ ...step, peerId: life.userId })));
  const planned = (kind: string) =>
    steps
      .flatMap((step) =>
        step.kind === kind && 'text' in step ? [`${step.peerId} ${step.atMs} ${step.text}`] : [],
      )
      .sort();
  for (const kind of ['reply', 'answer', 'note'] as const) {
    const written = await messages.find({ kind, ratingId: null } as never).lean();
    const comments =
      kind === 'reply' ? await messages.find({ kind, ratingId: { $ne: null } } as never).lean() : [];
    expect(
      [...written, ...comments]
        .map(({ peerId, createdAt, text }) => `${peerId} ${createdAt.getTime()} ${text}`)
        .sort(),
    ).toEqual(planned(kind));
  }
  expect(await messages.countDocuments({ status: { $in: ['queued', 'sending', 'unknown'] } })).toBe(0);
}

function sumOf(totals: Totals, name: string): number {
  return Object.entries(totals)
    .filter(([key]) => key.endsWith(` all ${name}`))
    .reduce((sum, [, count]) => sum + count, 0);
}
