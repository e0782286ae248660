/**
 * Two desks in two processes share a store, with the lease times of earnest. The one that polls and sends is killed;
 * the other must take what a client writes, and send what the dead one had claimed, once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { communityModel } from '../../server/communities/community.model.ts';
import { messageModel } from '../../server/messages/message.model.ts';
import { startSandbox } from '../../server/sandbox/startSandbox.ts';
import { connectDatabase } from '../../server/storage/database.ts';
import {
  type DeskClient,
  type DeskProcess,
  firstPassword,
  signIn,
  startDeskProcess,
} from '../support/deskProcess.ts';
import { freePort } from '../support/freePort.ts';
import { type StoreProcess, startStoreProcess } from '../support/storeProcess.ts';
import { until } from '../support/until.ts';
import { storedTexts } from './texts.ts';

export interface TakeoverReport {
  /** From the kill to a message written just after it being read from the other process. */
  takenAfterMs: number;
  /** From the kill to the last of the answers that the dead process had claimed being sent. */
  answersSentAfterMs: number;
  claimedByTheDead: number;
  /** What each phone got, one entry per client. */
  onPhones: string[][];
  texts: string[];
}

const GROUP_ID = 700_800;
const TOKEN = 'takeover-token';
const WRITING_CLIENT = 6_001;
const ANSWERED_CLIENTS = [6_002, 6_003, 6_004];
/** So slow that the kill finds the calls under way. */
const SLOW_ANSWERS_MS = 1_500;

export async function takeover(): Promise<TakeoverReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-takeover-'));
  const storeDir = await mkdtemp(join(tmpdir(), 'notify-inbox-takeover-store-'));
  const sandbox = await startSandbox({ port: 0, logger: pino({ level: 'silent' }) });
  const { control } = sandbox;
  const desks: DeskProcess[] = [];
  let store: StoreProcess | null = null;
  let connection: Awaited<ReturnType<typeof connectDatabase>> | null = null;
  try {
    store = await startStoreProcess(storeDir, await freePort());
    const env = {
      DATA_DIR: dataDir,
      SANDBOX: 'off',
      VK_API_URL: sandbox.apiBaseUrl,
      OK_API_URL: sandbox.okBaseUrl,
      MONGODB_URI: store.uri,
    };
    control.createCommunity({ groupId: GROUP_ID, name: 'Takeover', token: TOKEN });
    for (const userId of [WRITING_CLIENT, ...ANSWERED_CLIENTS])
      control.createUser({ userId, firstName: 'C', lastName: String(userId), phone: `+7999222${userId}` });

    const first = await startDeskProcess({ ...env, PORT: String(await freePort()) });
    desks.push(first);
    const admin = await administrator(first, dataDir);
    await admin.call('connectCommunity', {
      body: { network: 'vk', token: TOKEN, intake: { longPoll: true, webhook: false } },
    });
    for (const userId of [WRITING_CLIENT, ...ANSWERED_CLIENTS])
      control.clientSends({ userId, groupId: GROUP_ID, text: `hello from ${userId}` });
    const conversations = await until('all to have written', async () => {
      const texts = await storedTexts(admin);
      return texts.size === 1 + ANSWERED_CLIENTS.length && texts;
    });

    const second = await startDeskProcess({ ...env, PORT: String(await freePort()) });
    desks.push(second);
    const there = await administrator(second, dataDir);
    connection = await connectDatabase(store.uri, { isElsewhere: true });
    const messages = messageModel(connection);
    const communities = communityModel(connection);
    const lease = (await communities.findOne().lean())?.lease;

    // Two answers for each: the first is under way at the kill, the second waits behind it.
    control.setFaults({ slowAnswersMs: SLOW_ANSWERS_MS });
    for (const [conversationId, texts] of conversations) {
      if (texts[0] === `hello from ${WRITING_CLIENT}`) continue;
      for (const text of ['one', 'two'])
        await admin.call('sendAnswer', {
          params: { conversationId },
          body: { clientToken: `${text}-${conversationId}`, text },
        });
    }
    const owners = await until('answers to be under way', async () => {
      const sending = await messages.find({ 'outbox.dueAt': { $exists: true }, status: 'sending' }).lean();
      return sending.length >= ANSWERED_CLIENTS.length && sending.map(({ outbox }) => outbox?.owner);
    });
    // Whoever polls dies; what it had claimed is what another must finish.
    const claimedByTheDead = owners.filter((owner) => owner === lease?.owner).length;
    await first.kill('SIGKILL');
    const killedAtMs = Date.now();
    control.setFaults({ slowAnswersMs: 0 });
    control.clientSends({ userId: WRITING_CLIENT, groupId: GROUP_ID, text: 'is anybody there?' });
    const texts = await until(
      'the other process to take the message',
      async () => {
        const list = [...(await storedTexts(there)).values()].flat();
        return list.includes('is anybody there?') && list;
      },
      { timeoutMs: 30_000 },
    );
    const takenAfterMs = Date.now() - killedAtMs;
    await until(
      'every answer to be sent',
      async () => (await messages.countDocuments({ 'outbox.dueAt': { $exists: true } })) === 0,
      { timeoutMs: 60_000 },
    );
    return {
      takenAfterMs,
      answersSentAfterMs: Date.now() - killedAtMs,
      claimedByTheDead,
      onPhones: ANSWERED_CLIENTS.map((userId) =>
        control
          .snapshot({ groupId: GROUP_ID, userId })
          .messages.filter(({ out }) => out === 1)
          .map(({ text }) => text),
      ),
      texts,
    };
  } finally {
    await connection?.close();
    for (const desk of desks) await desk.kill('SIGKILL');
    await store?.signal('SIGKILL');
    await sandbox.close();
    for (const folder of [dataDir, storeDir]) await rm(folder, { recursive: true, force: true });
  }
}

async function administrator(desk: DeskProcess, dataDir: string): Promise<DeskClient> {
  return signIn(desk.url, 'admin@example.com', await firstPassword(dataDir, 'admin@example.com'));
}

if (process.argv[1] === new URL(import.meta.url).pathname)
  process.stdout.write(`${JSON.stringify(await takeover(), null, 2)}\n`);
