/**
 * Kills the program at random moments while clients keep writing, then reads back what it stored: every message
 * exactly once, in order per client. `npx tsx test/faults/killAtRandom.ts 50 5000` runs the whole size.
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

export interface KillReport {
  kills: number;
  sent: number;
  stored: number;
  missing: string[];
  doubled: string[];
  /** Client ids whose messages are not in the order in which they were written. */
  disordered: string[];
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
        const count = [...found.values()].reduce((sum, list) => sum + new Set(list).size, 0);
        return count >= messages ? found : null;
      },
      { timeoutMs: 90_000, everyMs: 500 },
    ).catch(() => storedTexts(client));
    return report(texts, messages, kills, (performance.now() - startedAt) / 1000);
  } finally {
    await desk?.kill('SIGKILL');
    await sandbox.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function administrator(desk: DeskProcess, dataDir: string): Promise<DeskClient> {
  return signIn(desk.url, 'admin@example.com', await firstPassword(dataDir, 'admin@example.com'));
}

/** Spreads the messages over about as long as the kills take, so that every kill finds some under way. */
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

/** Texts by client, in the thread's order, read the way a screen reads them. */
async function storedTexts(client: DeskClient): Promise<Map<string, string[]>> {
  const texts = new Map<string, string[]>();
  const { rows } = await client.call('listConversations', { query: { limit: '100' } as never });
  for (const row of rows) {
    const list: string[] = [];
    for (let afterSeq = 0; ; ) {
      const page = await client.call('listMessages', {
        params: { conversationId: row.id },
        query: { afterSeq: String(afterSeq), limit: '200' } as never,
      });
      list.push(
        ...page.messages.filter((message) => message.kind === 'reply').map((message) => message.text),
      );
      const last = page.messages.at(-1);
      if (!last) break;
      afterSeq = last.seq;
    }
    texts.set(row.client.id, list);
  }
  return texts;
}

function report(texts: Map<string, string[]>, sent: number, kills: number, seconds: number): KillReport {
  const all = [...texts.values()].flat();
  const counts = new Map<string, number>();
  for (const text of all) counts.set(text, (counts.get(text) ?? 0) + 1);
  const numberOf = (text: string) => Number(text.slice(1));
  return {
    kills,
    sent,
    stored: counts.size,
    missing: Array.from({ length: sent }, (_, number) => `#${number}`).filter((text) => !counts.has(text)),
    doubled: [...counts].filter(([, count]) => count > 1).map(([text]) => text),
    disordered: [...texts]
      .filter(([, list]) =>
        list.some((text, index) => index > 0 && numberOf(text) < numberOf(list[index - 1] ?? '#-1')),
      )
      .map(([clientId]) => clientId),
    seconds: Math.round(seconds),
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [kills = 50, messages = 5000] = process.argv.slice(2).map(Number);
  const outcome = await killAtRandom({ kills, messages });
  process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
  process.exitCode = outcome.missing.length + outcome.doubled.length + outcome.disordered.length > 0 ? 1 : 0;
}
