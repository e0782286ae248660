/** Reads the first page of the list and of a thread while the number of conversations grows a thousandfold. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { connectDatabase } from '../../../server/storage/database.ts';
import { openEmbeddedStore } from '../../../server/storage/embedded/open.ts';
import { firstPassword, signIn, startDeskProcess } from '../../support/deskProcess.ts';
import { freePort } from '../../support/freePort.ts';

export interface PageReport {
  conversations: number;
  listMedianMs: number;
  threadMedianMs: number;
}

const MESSAGES_EACH = 3;
const BATCH = 500;
const REQUESTS = 200;
const DAY_MS = 24 * 3600_000;

export async function measurePages(sizes: number[], say: (line: string) => void): Promise<PageReport[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-pages-'));
  const reports: PageReport[] = [];
  try {
    const base = { DATA_DIR: dataDir, SANDBOX: 'off', VK_API_URL: 'http://127.0.0.1:1/method' };
    // The first start creates the collections, the company and the administrator.
    const first = await startDeskProcess({ ...base, PORT: String(await freePort()) });
    await first.kill('SIGTERM');
    let made = 0;
    for (const size of sizes) {
      const startedAt = performance.now();
      await seed(dataDir, made, size);
      made = size;
      say(`seeded ${size} conversations in ${Math.round((performance.now() - startedAt) / 1000)} s`);
      const desk = await startDeskProcess({ ...base, PORT: String(await freePort()) });
      try {
        reports.push({ conversations: size, ...(await measure(desk.url, dataDir)) });
      } finally {
        await desk.kill('SIGTERM');
      }
    }
    return reports;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(url: string, dataDir: string) {
  const client = await signIn(url, 'admin@example.com', await firstPassword(dataDir, 'admin@example.com'));
  const { rows } = await client.call('listConversations', { query: {} as never });
  const time = async (ask: (index: number) => Promise<unknown>) => {
    const times: number[] = [];
    for (let index = 0; index < REQUESTS; index += 1) {
      const startedAt = performance.now();
      await ask(index);
      times.push(performance.now() - startedAt);
    }
    times.sort((a, b) => a - b);
    return Math.round((times[REQUESTS / 2] ?? 0) * 100) / 100;
  };
  return {
    listMedianMs: await time(() => client.call('listConversations', { query: {} as never })),
    threadMedianMs: await time((index) =>
      client.call('listMessages', {
        params: { conversationId: rows[index % rows.length]?.id ?? '' },
        query: {} as never,
      }),
    ),
  };
}

/** Inserts documents directly, not through the intake: a million of them must be ready within minutes. */
async function seed(dataDir: string, from: number, to: number): Promise<void> {
  const store = await openEmbeddedStore({ dataDir, logger: pino({ level: 'silent' }) });
  const connection = await connectDatabase(store.uri);
  const company = await connection.collection('companies').findOne({});
  const companyId = company?._id as Types.ObjectId;
  const communityId = new Types.ObjectId('00000000000000000000c0de');
  for (let start = from; start < to; start += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, to - start) }, (_, index) =>
      conversationDocument(companyId, communityId, start + index),
    );
    await connection.collection('conversations').insertMany(rows, { ordered: false });
    await connection.collection('messages').insertMany(
      rows.flatMap((row) =>
        Array.from({ length: MESSAGES_EACH }, (_, index) => messageDocument(row, index + 1)),
      ),
      { ordered: false },
    );
  }
  await connection.close();
  await store.close();
}

function conversationDocument(companyId: Types.ObjectId, communityId: Types.ObjectId, number: number) {
  // A fixed, scattered time within a year, so that insertion order differs from the list's order.
  const lastActivityAt = new Date(Date.UTC(2026, 0, 1) + ((number * 7_919) % 365) * DAY_MS + number);
  return {
    _id: new Types.ObjectId(),
    companyId,
    communityId,
    network: 'vk',
    peerId: String(1_000_000 + number),
    clientId: new Types.ObjectId(),
    clientName: `Клиент ${number}`,
    clientHasAvatar: false,
    status: 'open',
    isResolved: false,
    snoozedUntil: null,
    assigneeId: null,
    labels: [],
    lastMessage: null,
    lastSeq: MESSAGES_EACH,
    replyCount: MESSAGES_EACH,
    answeredReplyCount: MESSAGES_EACH,
    waitingSince: null,
    isWaiting: false,
    lastActivityAt,
    canWrite: true,
    tailPosition: MESSAGES_EACH,
    clientReadPosition: 0,
    revision: MESSAGES_EACH,
    createdAt: lastActivityAt,
  };
}

function messageDocument(row: ReturnType<typeof conversationDocument>, seq: number) {
  const { companyId, communityId, clientId, peerId, lastActivityAt } = row;
  return {
    _id: new Types.ObjectId(),
    companyId,
    communityId,
    conversationId: row._id,
    clientId,
    peerId,
    seq,
    kind: 'reply',
    direction: 'in',
    replyOrdinal: seq,
    externalId: String(seq),
    position: seq,
    authorType: 'client',
    authorName: '',
    text: `Когда привезут заказ ${seq}?`,
    attachments: [],
    uploadIds: [],
    replyTo: null,
    forwarded: [],
    status: 'received',
    statusHistory: [],
    failure: null,
    reactions: [],
    sentAt: lastActivityAt,
    editedAt: null,
    deletedAt: null,
    isBackfilled: false,
    version: 0,
    createdAt: lastActivityAt,
  };
}
