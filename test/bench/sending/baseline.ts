/**
 * The bare baselines, over the same embedded store: parses JSON and writes with the bare driver. No signature,
 * template, quota, expiry, history or lease: the cost that remains without all of the sender's promises.
 */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { parse } from 'csv-parse';
import { type Document, MongoClient } from 'mongodb';
import { pino } from 'pino';
import { openEmbeddedStore } from '../../../server/storage/embedded/open.ts';
import { readBody } from './processes.ts';

const { PORT, DATA_DIR = '' } = process.env;
const BLOCK = 1_000;
const BATCH = 500;

const store = await openEmbeddedStore({ dataDir: DATA_DIR, logger: pino({ level: 'silent' }) });
const client = await new MongoClient(store.uri).connect();
const db = client.db();
const messages = db.collection('messages');
const rows = db.collection('rows');
const queue = db.collection('queue');
await queue.createIndex({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
await queue.createIndex({ key: 1 }, { unique: true });

const now = () => new Date();

async function storeFile({ path }: { path: string }) {
  const startedAt = performance.now();
  let held: Document[] = [];
  for await (const cells of createReadStream(path).pipe(parse({ delimiter: ';', from_line: 2 }))) {
    held.push({ cells });
    if (held.length < BLOCK) continue;
    await rows.insertMany(held);
    held = [];
  }
  if (held.length > 0) await rows.insertMany(held);
  return { seconds: (performance.now() - startedAt) / 1000 };
}

async function fill({ count }: { count: number }) {
  for (let from = 0; from < count; from += BLOCK)
    await queue.insertMany(
      Array.from({ length: Math.min(BLOCK, count - from) }, (_, at) => ({
        key: `b${from + at}.vk`,
        phone: `+79${String(from + at).padStart(9, '0')}`,
        text: `Заказ ${from + at} готов`,
        dueAt: now(),
        status: 'queued',
      })),
    );
  return {};
}

/** One loop: find, post, write. */
async function work({ gatewayUrl }: { gatewayUrl: string }) {
  for (;;) {
    const due = await queue
      .find({ dueAt: { $lte: now() } })
      .sort({ dueAt: 1 })
      .limit(BATCH)
      .toArray();
    if (due.length === 0) return {};
    const answer = await fetch(`${gatewayUrl}/vk/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        messages: due.map(({ key, phone, text }) => ({
          phone,
          text,
          callbackData: { clientMessageId: key },
        })),
      }),
    });
    const { result } = (await answer.json()) as { result: { messageId: string }[] };
    await queue.bulkWrite(
      due.map(({ _id }, at) => ({
        updateOne: {
          filter: { _id },
          update: {
            $set: { status: 'sent', externalId: result[at]?.messageId, sentAt: now() },
            $unset: { dueAt: '' },
          },
        },
      })),
      { ordered: false },
    );
  }
}

interface Status {
  status: string;
  callbackData: { clientMessageId: string };
}
const statusWrite = ({ status, callbackData }: Status) =>
  [{ key: callbackData.clientMessageId }, { $set: { status, statusAt: now() } }] as const;

async function recordStatuses(statuses: Status | Status[]) {
  if (!Array.isArray(statuses)) await queue.updateOne(...statusWrite(statuses));
  else
    await queue.bulkWrite(
      statuses.map((each) => {
        const [filter, update] = statusWrite(each);
        return { updateOne: { filter, update } };
      }),
      { ordered: false },
    );
  return {};
}

async function answer(req: IncomingMessage): Promise<unknown> {
  const body = (await readBody(req)) as never;
  switch (req.url) {
    case '/one':
      return messages.insertOne({ ...(body as Document), at: now() });
    case '/many':
      return messages.insertMany(
        (body as { messages: Document[] }).messages.map((each) => ({ ...each, at: now() })),
      );
    case '/file':
      return storeFile(body);
    case '/fill':
      return fill(body);
    case '/work':
      return work(body);
    case '/statuses':
      return recordStatuses(body);
    default:
      return {};
  }
}

createServer((req, res) => {
  answer(req).then(
    (given) => res.setHeader('content-type', 'application/json').end(JSON.stringify(given)),
    (error: unknown) => res.writeHead(500).end(String(error)),
  );
}).listen(Number(PORT), '127.0.0.1');
