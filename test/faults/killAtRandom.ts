/**
 * Kills the program at random moments while clients keep writing, then reads what it stored: every message exactly
 * once, in order per client. `npx tsx test/faults/killAtRandom.ts 50 5000` runs the full size.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startSandbox } from '../../server/sandbox/startSandbox.ts';
import {
  type DeskClient,
  type DeskProcess,
  firstPassword,
  signIn,
  startDeskProcess,
} from '../support/deskProcess.ts';
import { freePort } from '../support/freePort.ts';
import { until } from '../support/until.ts';
import { checkTexts, countDifferent, storedTexts, type TextReport } from './texts.ts';

export interface KillReport extends TextReport {
  kills: number;
  seconds: number;
}

const CLIENTS = 25;
const GROUP_ID = 700700;

export async function killAtRandom({
  kills,
  messages,
}: {
  kills: number;
  messages: number;
}): Promise<KillReport> {
  const startedAt = performance.now();
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-kill-'));
  const sandbox = await startSandbox({ port: 0, logger: pino({ level: 'silent' }) });
  const env = {
    PORT: String(await freePort()),
    DATA_DIR: dataDir,
    SANDBOX: 'off',
    VK_API_URL: sandbox.apiBaseUrl,
    OK_API_URL: sandbox.okBaseUrl,
  };
  let desk: DeskProcess | null = null;
  try {
    sandbox.control.createCommunity({
      groupId: GROUP_ID,
      name: 'Kill',
      screenName: 'kill',
      token: 'kill-token',
    });
    const userIds = Array.from({ length: CLIENTS }, (_, index) => 5001 + index);
    for (const userId of userIds) {
      sandbox.control.createUser({
        userId,
        firstName: 'C',
        lastName: String(userId),
        phone: `+7999111${userId}`,
      });
    }
    desk = await startDeskProcess(env);
    let client = await administrator(desk, dataDir);
    await client.call('connectCommunity', {
      body: { network: 'vk', token: 'kill-token', intake: { longPoll: true, webhook: false } },
    });

    const writing = writeMessages(sandbox.control, userIds, messages, kills);
    for (let kill = 0; kill < kills; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 900));
      await desk.kill('SIGKILL');
      desk = await startDeskProcess(env);
    }
    await writing;

    client = await administrator(desk, dataDir);
    const texts = await until(
      'every message to be stored',
      async () => {
        const found = await storedTexts(client);
        return countDifferent(found) >= messages ? found : null;
      },
      { timeoutMs: 90_000, everyMs: 500 },
    ).catch(() => storedTexts(client));
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    return { kills, ...checkTexts(texts, messages), seconds };
  } finally {
    await desk?.kill('SIGKILL');
    await sandbox.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function administrator(desk: DeskProcess, dataDir: string): Promise<DeskClient> {
  return signIn(desk.url, 'admin@example.com', await firstPassword(dataDir, 'admin@example.com'));
}

/** Spreads the messages over about the time of the kills, so that every kill interrupts some. */
async function writeMessages(
  control: Awaited<ReturnType<typeof startSandbox>>['control'],
  userIds: number[],
  messages: number,
  kills: number,
): Promise<void> {
  const perStep = Math.max(1, Math.ceil(messages / (kills * 30)));
  for (let number = 0; number < messages; ) {
    for (let step = 0; step < perStep && number < messages; step += 1, number += 1) {
      const userId = userIds[number % userIds.length] ?? 0;
      control.clientSends({ userId, groupId: GROUP_ID, text: `#${number}` });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [kills = 50, messages = 5000] = process.argv.slice(2).map(Number);
  const outcome = await killAtRandom({ kills, messages });
  process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
  process.exitCode = outcome.missing.length + outcome.doubled.length + outcome.disordered.length > 0 ? 1 : 0;
}
