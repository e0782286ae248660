/**
 * The store goes away while a desk works: it is killed and restarted, or paused. Clients keep writing by long poll
 * and webhook; an agent has one answer waiting and writes another. Afterwards everything must be stored once and in
 * order, without a restart of the desk. `npx tsx test/faults/databaseAway.ts killed 30000` runs the full length.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleCommunity, sampleUsers } from '../../server/sandbox/sample.ts';
import type { ControlInput, ControlOperation, Counters, DialogueSnapshot } from '../../shared/sandbox.ts';
import {
  type DeskClient,
  type DeskProcess,
  firstPassword,
  signIn,
  startDeskProcess,
} from '../support/deskProcess.ts';
import { freePort } from '../support/freePort.ts';
import { type Inbox, openInbox } from '../support/startDesk.ts';
import { type StoreProcess, startStoreProcess } from '../support/storeProcess.ts';
import { until } from '../support/until.ts';
import { checkTexts, countDifferent, storedTexts, type TextReport } from './texts.ts';

export type Absence = 'killed' | 'paused';

export interface AwayReport extends TextReport {
  absence: Absence;
  awayMs: number;
  /** Distinct statuses of the readiness check meanwhile. */
  readyzWhileAway: number[];
  /** The outcome of the agent's call, and how long it took. */
  agentCall: { status: number; code: string; ms: number };
  /** The longest read; a screen keeps reading all the while. */
  slowestReadMs: number;
  /** From the store's return until the desk is ready; the next field, until everything is stored. */
  readyAfterMs: number;
  storedAfterMs: number;
  /** How often each answer is on the phone: the one that waited, and the one whose call failed and was retried. */
  answersOnPhone: number[];
  answersOrdered: boolean;
  /** Conversations whose newest state an open tab does not know afterwards. */
  staleRows: string[];
  socketDrops: number;
  /** How often the desk asked the tab, once the store was back, to read what it may have missed. */
  resumesAsked: number;
  webhookFailures: number;
}

const { groupId } = sampleCommunity;
const userIds = sampleUsers.map(({ userId }) => userId);
const WRITE_EVERY_MS = 100;

export async function databaseAway(absence: Absence, awayMs: number): Promise<AwayReport> {
  const folders = await Promise.all(
    ['store', 'desk'].map((name) => mkdtemp(join(tmpdir(), `inbox-${name}-`))),
  );
  const [storeDir = '', deskDir = ''] = folders;
  const [storePort, port, sandboxPort] = [await freePort(), await freePort(), await freePort()];
  let store: StoreProcess | null = null;
  let desk: DeskProcess | null = null;
  let inbox: Inbox | null = null;
  try {
    store = await startStoreProcess(storeDir, storePort);
    desk = await startDeskProcess({
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      DATA_DIR: deskDir,
      MONGODB_URI: store.uri,
    });
    const sandbox = sandboxAt(`http://127.0.0.1:${sandboxPort}`);
    const admin = await signIn(
      desk.url,
      'admin@example.com',
      await firstPassword(deskDir, 'admin@example.com'),
    );
    await listenBothWays(admin, sandbox, awayMs);
    inbox = await openInbox(desk.url, admin);
    let socketDrops = 0;
    inbox.socket.on('disconnect', () => {
      socketDrops += 1;
    });

    let resumesAsked = 0;
    inbox.socket.on('resume:needed', () => {
      resumesAsked += 1;
    });

    const writing = startWriting(sandbox);
    await until('the first messages', async () => (await storedTexts(admin)).size === userIds.length);
    const conversationId = await conversationOf(admin, userIds[0] ?? 0);
    // VK fails the first call, so the answer waits in the outbox when the store goes away.
    await sandbox('setFaults', { apiErrors: [{ method: 'messages.send', code: 10, times: 1 }] });
    await answer(desk.url, admin, conversationId, 'waiting');

    if (absence === 'killed') await store.signal('SIGKILL');
    else await store.signal('SIGSTOP');
    const leftAtMs = Date.now();
    const watching = watch(desk.url, admin, () => Date.now() - leftAtMs < awayMs);
    const call = await timed(answer(desk.url, admin, conversationId, 'repeated'));
    const watched = await watching;

    if (absence === 'killed') store = await startStoreProcess(storeDir, storePort);
    else await store.signal('SIGCONT');
    const backAtMs = Date.now();
    await until('the desk to be ready', async () => (await fetch(`${desk?.url}/readyz`)).ok, {
      timeoutMs: 60_000,
    });
    const readyAfterMs = Date.now() - backAtMs;
    // As a screen does after a refusal caused by the store: it sends the same answer again.
    await until('the answer to be accepted', async () => {
      const outcome = await answer(desk?.url ?? '', admin, conversationId, 'repeated');
      return outcome.status < 300 && outcome;
    });
    const sent = await writing.stop();
    const stored = await until(
      'every message to be stored',
      async () => {
        const found = await storedTexts(admin);
        return countDifferent(found) >= sent && found;
      },
      { timeoutMs: 90_000, everyMs: 250 },
    ).catch(() => storedTexts(admin));
    const storedAfterMs = Date.now() - backAtMs;
    const phone = () => sandbox<DialogueSnapshot>('snapshot', { groupId, userId: userIds[0] ?? 0 });
    await until(
      'both answers to be on the phone',
      async () => {
        const { messages } = await phone();
        return messages.filter(({ out }) => out === 1).length >= 2;
      },
      { timeoutMs: 60_000 },
    ).catch(() => undefined);
    const answers = (await phone()).messages.filter(({ out }) => out === 1).map(({ text }) => text);
    const { callbackFailed } = await sandbox<Counters>('counters', { groupId });
    const report = checkTexts(stored, sent);
    return {
      ...report,
      absence,
      awayMs,
      readyzWhileAway: watched.readyz,
      agentCall: { status: call.value.status, code: call.value.code, ms: call.ms },
      slowestReadMs: watched.slowestReadMs,
      readyAfterMs,
      storedAfterMs,
      answersOnPhone: ['waiting', 'repeated'].map((text) => answers.filter((one) => one === text).length),
      answersOrdered: answers.join() === 'waiting,repeated',
      staleRows: await staleRows(admin, inbox),
      socketDrops,
      resumesAsked,
      webhookFailures: callbackFailed,
    };
  } finally {
    inbox?.socket.disconnect();
    await desk?.kill('SIGKILL');
    if (absence === 'paused') await store?.signal('SIGCONT');
    await store?.signal('SIGKILL');
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

type Sandbox = <T = unknown>(
  operation: ControlOperation,
  input: ControlInput<ControlOperation>,
) => Promise<T>;

function sandboxAt(url: string): Sandbox {
  return async (operation, input) => {
    const answered = await fetch(`${url}/control/${operation}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(input),
    });
    const text = await answered.text();
    if (!answered.ok) throw new Error(`${operation} answered ${answered.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
}

/** Every second event leaves by webhook only, and VK retries it for longer than the store stays away. */
async function listenBothWays(admin: DeskClient, sandbox: Sandbox, awayMs: number): Promise<void> {
  const { communities } = await admin.call('bootstrap');
  await admin.call('changeCommunity', {
    params: { communityId: communities[0]?.id ?? '' },
    body: { intake: { longPoll: true, webhook: true } },
  });
  await sandbox('setSettings', { callbackRetryScale: Math.max(0.1, awayMs / 15_000) });
  await sandbox('setFaults', { splitTransports: true });
  await until('the community to be live', async () => {
    const now = await admin.call('bootstrap');
    return now.communities[0]?.connection.state === 'live';
  });
}

function startWriting(sandbox: Sandbox): { stop(): Promise<number> } {
  let isStopping = false;
  let written = 0;
  const done = (async () => {
    while (!isStopping) {
      const userId = userIds[written % userIds.length] ?? 0;
      await sandbox('clientSends', { userId, groupId, text: `#${written}` });
      written += 1;
      await new Promise((resolve) => setTimeout(resolve, WRITE_EVERY_MS));
    }
  })();
  return {
    async stop() {
      isStopping = true;
      await done;
      return written;
    },
  };
}

async function watch(
  url: string,
  admin: DeskClient,
  isAway: () => boolean,
): Promise<{ readyz: number[]; slowestReadMs: number }> {
  const readyz: number[] = [];
  let slowestReadMs = 0;
  const repeat = async (work: () => Promise<void>) => {
    while (isAway()) {
      await work();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await Promise.all([
    repeat(async () => {
      readyz.push((await fetch(`${url}/readyz`)).status);
    }),
    repeat(async () => {
      const read = await timed(fetch(`${url}/api/conversations`, { headers: { cookie: admin.cookie } }));
      slowestReadMs = Math.max(slowestReadMs, read.ms);
    }),
  ]);
  // The store had only just gone away at the first request.
  return { readyz: [...new Set(readyz.slice(1))], slowestReadMs };
}

async function answer(
  url: string,
  { cookie }: DeskClient,
  conversationId: string,
  text: string,
): Promise<{ status: number; code: string }> {
  const response = await fetch(`${url}/api/conversations/${conversationId}/answers`, {
    method: 'POST',
    headers: { cookie, Origin: url, 'Content-Type': 'application/json' },
    body: JSON.stringify({ clientToken: `token-of-${text}`, text }),
  });
  const body = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: body.error?.code ?? '' };
}

async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const startedAtMs = Date.now();
  return { value: await work, ms: Date.now() - startedAtMs };
}

async function conversationOf(client: DeskClient, userId: number): Promise<string> {
  const { rows } = await client.call('listConversations', { query: { limit: '100' } as never });
  const first = sampleUsers.find((user) => user.userId === userId);
  return until('the client to have a name', async () => {
    const row = rows.find(({ client: { name } }) => name === `${first?.firstName} ${first?.lastName}`);
    return row?.id ?? (await conversationOf(client, userId));
  });
}

/** Conversations whose newest state the tab does not know, although it reads whenever the desk asks it to. */
async function staleRows(client: DeskClient, inbox: Inbox): Promise<string[]> {
  const find = async () => {
    const { rows } = await client.call('listConversations', { query: { limit: '100' } as never });
    const known = new Map<string, number>();
    for (const change of inbox.changes) {
      if (change.type !== 'conversation.changed') continue;
      known.set(change.row.id, Math.max(known.get(change.row.id) ?? 0, change.row.revision));
    }
    return rows.filter(({ id, revision }) => (known.get(id) ?? 0) < revision).map(({ id }) => id);
  };
  return until('the tab to know all', async () => ((await find()).length === 0 ? [] : null)).catch(find);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [absence = 'killed', awayMs = '30000'] = process.argv.slice(2);
  const report = await databaseAway(absence as Absence, Number(awayMs));
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.missing.length + report.doubled.length + report.disordered.length > 0 ? 1 : 0;
}
