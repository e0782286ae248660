/**
 * Compares the embedded store with bare lmdb holding the same documents: open, insert, newest of a conversation,
 * update by _id. `npm run bench -- store`; STORE_BENCH_MESSAGES makes it smaller.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Document, ObjectId, serialize } from 'bson';
import { open } from 'lmdb';
import { type Collection, MongoClient } from 'mongodb';
import pino from 'pino';
import { openEmbeddedStore } from '../../server/storage/embedded/open.ts';

const messages = Number(process.env.STORE_BENCH_MESSAGES ?? 1_000_000);
const conversations = Math.max(1, Math.round(messages / 100));
const batch = 2000;
const secondsPerMeasure = 5;

interface Row {
  measure: string;
  value: number;
  unit: string;
  aim: string;
  baseline?: number | undefined;
}

const conversationIds = Array.from({ length: conversations }, () => new ObjectId());
const communityId = new ObjectId();

function message(number: number): Document {
  const conversation = number % conversations;
  return {
    _id: new ObjectId(),
    communityId,
    conversationId: conversationIds[conversation],
    seq: Math.floor(number / conversations) + 1,
    peerId: String(1_000_000 + conversation),
    externalId: String(number),
    kind: number % 3 === 0 ? 'answer' : 'reply',
    text: `Сообщение ${number}: заказ готов, ждём вас в пункте выдачи до вечера.`,
    status: 'delivered',
    sentAt: new Date(1_700_000_000_000 + number * 1000),
  };
}

/** Shows warnings: lmdb aborting a transaction, and the store retrying it, must be visible. */
const quiet = pino({ level: 'warn' }, process.stderr);

export async function run(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'store-bench-'));
  const rows: Row[] = [];
  try {
    const ids = await load(dataDir, rows);
    await measureOpened(dataDir, ids, rows);
    await measureBare(rows);
    const bytes = (await stat(join(dataDir, 'data.mdb'))).blocks * 512;
    rows.push({ measure: 'data file on disk', value: bytes / 1024 / 1024, unit: 'MB', aim: '' });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
  print(rows);
}

async function load(dataDir: string, rows: Row[]): Promise<ObjectId[]> {
  const store = await openEmbeddedStore({ dataDir, logger: quiet });
  const client = await new MongoClient(store.uri).connect();
  const collection = client.db().collection('messages');
  await collection.createIndex(
    { conversationId: 1, seq: 1 },
    { unique: true, partialFilterExpression: { seq: { $exists: true } } },
  );
  await collection.createIndex(
    { communityId: 1, peerId: 1, externalId: 1 },
    { unique: true, partialFilterExpression: { externalId: { $exists: true } } },
  );
  const ids: ObjectId[] = [];
  const started = performance.now();
  for (let from = 0; from < messages; from += batch) {
    const documents = Array.from({ length: Math.min(batch, messages - from) }, (_, at) => message(from + at));
    ids.push(...documents.map(({ _id }) => _id as ObjectId));
    await collection.insertMany(documents);
  }
  const seconds = (performance.now() - started) / 1000;
  rows.push({
    measure: `load ${messages} messages, batches of ${batch}`,
    value: messages / seconds,
    unit: '/s',
    aim: '',
  });
  await client.close();
  await store.close();
  return ids;
}

async function measureOpened(dataDir: string, ids: ObjectId[], rows: Row[]): Promise<void> {
  const rssBefore = await residentMb();
  const started = performance.now();
  const store = await openEmbeddedStore({ dataDir, logger: quiet });
  const client = await new MongoClient(store.uri, { maxPoolSize: 50 }).connect();
  const collection = client.db().collection('messages');
  await collection.findOne({ _id: ids[0] });
  rows.push({
    measure: 'open to first answer',
    value: performance.now() - started,
    unit: 'ms',
    aim: '< 3000',
  });
  rows.push({
    measure: 'memory added by opening (RSS)',
    value: (await residentMb()) - rssBefore,
    unit: 'MB',
    aim: '',
  });
  rows.push({
    measure: 'memory of the whole process (RSS)',
    value: await residentMb(),
    unit: 'MB',
    aim: '< 400',
  });

  const newest = await latencies(async () => {
    const found = await collection
      .find({ conversationId: pick(conversationIds), seq: { $gt: 0 } })
      .sort({ seq: -1 })
      .limit(30)
      .toArray();
    if (found.length === 0) throw new Error('found nothing');
  });
  rows.push({ measure: 'newest 30 of a conversation, median', value: newest.p50, unit: 'ms', aim: '< 2' });
  rows.push({ measure: 'newest 30 of a conversation, p99', value: newest.p99, unit: 'ms', aim: '' });

  const updates = await latencies(() =>
    collection.updateOne({ _id: pick(ids) }, { $set: { status: `read ${Math.random()}` } }),
  );
  rows.push({ measure: 'updateOne by _id, one caller', value: updates.perSecond, unit: '/s', aim: '>= 500' });
  rows.push({ measure: 'updateOne by _id, p99', value: updates.p99, unit: 'ms', aim: '' });

  let next = messages;
  const single = await latencies(() => collection.insertOne(message(next++)));
  rows.push({ measure: 'insertOne, one caller', value: single.perSecond, unit: '/s', aim: '' });
  rows.push({
    measure: 'insertOne, 50 callers',
    value: await parallelInserts(collection, () => message(next++)),
    unit: '/s',
    aim: '>= 5000',
  });
  const counted = performance.now();
  await collection.countDocuments({ conversationId: pick(conversationIds), seq: { $gt: 0 } });
  rows.push({
    measure: 'countDocuments of a conversation',
    value: performance.now() - counted,
    unit: 'ms',
    aim: '',
  });
  rows.push({ measure: 'memory after the measures (RSS)', value: await residentMb(), unit: 'MB', aim: '' });
  await client.close();
  await store.close();
  await checkNothingLost(dataDir, next);
}

/** Checks after a reopen that every acknowledged write exists, as a document and in each index. */
async function checkNothingLost(dataDir: string, acknowledged: number): Promise<void> {
  const store = await openEmbeddedStore({ dataDir, logger: quiet });
  const client = await new MongoClient(store.uri).connect();
  const collection = client.db().collection('messages');
  const found = [];
  for (const hint of ['_id_', 'conversationId_1_seq_1', 'communityId_1_peerId_1_externalId_1']) {
    const filter = {
      communityId,
      conversationId: { $exists: true },
      seq: { $exists: true },
      externalId: { $exists: true },
    };
    let count = 0;
    for await (const _ of collection.find(filter, { projection: { seq: 1 }, batchSize: 5000 }).hint(hint))
      count++;
    found.push({ hint, count });
  }
  await client.close();
  await store.close();
  const wrong = found.filter(({ count }) => count !== acknowledged);
  if (wrong.length > 0)
    throw new Error(
      `${acknowledged} writes were acknowledged, but these were found: ${JSON.stringify(wrong)}`,
    );
}

async function parallelInserts(collection: Collection, make: () => Document): Promise<number> {
  const endsAt = performance.now() + secondsPerMeasure * 1000;
  const started = performance.now();
  let count = 0;
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (performance.now() < endsAt) {
        await collection.insertOne(make());
        count++;
      }
    }),
  );
  return (count / (performance.now() - started)) * 1000;
}

interface Latencies {
  perSecond: number;
  p50: number;
  p99: number;
}

async function latencies(step: () => unknown): Promise<Latencies> {
  const times: number[] = [];
  const started = performance.now();
  while (performance.now() - started < secondsPerMeasure * 1000) {
    const before = performance.now();
    await step();
    times.push(performance.now() - before);
  }
  const perSecond = (times.length / (performance.now() - started)) * 1000;
  times.sort((a, b) => a - b);
  return {
    perSecond,
    p50: times[Math.floor(times.length * 0.5)]!,
    p99: times[Math.floor(times.length * 0.99)]!,
  };
}

/** The same documents in lmdb itself, in this thread: one durable put at a time, and 30 gets. */
async function measureBare(rows: Row[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'store-bench-bare-'));
  const table = open<Buffer, Buffer>({
    path: join(folder, 'bare.mdb'),
    noSubdir: true,
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
  });
  const keyOf = (number: number) => {
    const key = Buffer.alloc(8);
    key.writeUIntBE(number, 2, 6);
    return key;
  };
  const held = Math.min(messages, 200_000);
  for (let from = 0; from < held; from += batch) {
    table.transactionSync(() => {
      for (let at = from; at < from + batch; at++)
        table.putSync(keyOf(at), Buffer.from(serialize(message(at))));
    });
  }
  const puts = await latencies(() => {
    const at = Math.floor(Math.random() * held);
    table.transactionSync(() => table.putSync(keyOf(at), Buffer.from(serialize(message(at)))));
  });
  const gets = await latencies(() => {
    const at = Math.floor(Math.random() * (held - 30));
    for (let number = at; number < at + 30; number++) table.get(keyOf(number));
  });
  baseline(rows, 'newest 30 of a conversation, median', gets.p50);
  baseline(rows, 'updateOne by _id, one caller', puts.perSecond);
  baseline(rows, 'insertOne, one caller', puts.perSecond);
  await table.close();
  await rm(folder, { recursive: true, force: true });
}

function baseline(rows: Row[], measure: string, value: number): void {
  const row = rows.find((each) => each.measure === measure);
  if (row !== undefined) row.baseline = value;
}

const pick = <T>(list: T[]): T => list[Math.floor(Math.random() * list.length)]!;

async function residentMb(): Promise<number> {
  if (process.platform !== 'linux') return process.memoryUsage().rss / 1024 / 1024;
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

function print(rows: Row[]): void {
  const shown = (value: number | undefined) => (value === undefined ? '' : value.toFixed(value < 10 ? 2 : 0));
  console.log(
    `${'measure'.padEnd(48)}${'value'.padStart(10)} ${'unit'.padEnd(5)}${'bare lmdb'.padStart(12)}  aim`,
  );
  for (const { measure, value, unit, aim, baseline: bare } of rows) {
    console.log(
      `${measure.padEnd(48)}${shown(value).padStart(10)} ${unit.padEnd(5)}${shown(bare).padStart(12)}  ${aim}`,
    );
  }
  console.log(JSON.stringify({ bench: 'store', messages, node: process.version, rows }));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await run();
