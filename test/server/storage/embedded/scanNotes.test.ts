/** How the suite finds queries that read all of a collection: the store writes them down, `scanCheck.ts` judges. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedStore, openEmbeddedStore } from '../../../../server/storage/embedded/open.ts';
import type { ScanNote } from '../../../../server/storage/embedded/query/scanNotes.ts';
import { scansOf } from '../../../support/scanCheck.ts';
import { quiet } from './testDatabase.ts';

let folder: string;
let file: string;
let store: EmbeddedStore;
let client: MongoClient;
let messages: Collection<Document>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-scans-'));
  file = join(folder, 'scans.jsonl');
  const suites = process.env.STORE_SCANS_FILE;
  process.env.STORE_SCANS_FILE = file;
  store = await openEmbeddedStore({ dataDir: join(folder, 'data'), logger: quiet });
  if (suites === undefined) delete process.env.STORE_SCANS_FILE;
  else process.env.STORE_SCANS_FILE = suites;
  client = await new MongoClient(store.uri).connect();
  messages = client.db().collection('messages');
  await messages.createIndexes([{ key: { at: 1 } }, { key: { companyId: 1, at: 1 } }]);
});
afterAll(async () => {
  await client.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** As the program would: the driver's methods mark a query of a test. */
const find = (filter: Document, more: Document = {}) =>
  client.db().command({ find: 'messages', filter, ...more });

async function scans(): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return scansOf(lines.map((line) => JSON.parse(line) as ScanNote));
}

it('notes a query that reads a whole collection, and none that an index or a test answers', async () => {
  await messages.insertOne({ at: 1 });
  await find({ at: 1 });
  await find({ at: { $gt: 1 } }, { sort: { at: 1 } });
  await find({}, { sort: { at: -1 }, limit: 30 });
  await find({ companyId: 1, at: { $gt: 1 } });
  await messages.find({ text: 'of a test' }).toArray();
  expect(await scans()).toEqual([]);
  await find({ text: 'x', list: { $in: [1, 2] } });
  expect(await scans()).toEqual(['  messages: {"text":"…","list":{"$in":"[…]"}}']);
});

it('judges a collection by its most indexes: a test may not have built them', () => {
  const note = { collection: 'clients', query: '{"phone":"…"}' };
  expect(scansOf([{ ...note, indexes: 1 }])).toEqual([]);
  expect(
    scansOf([
      { ...note, indexes: 2 },
      { collection: 'clients', indexes: 5 },
    ]),
  ).toEqual([]);
  expect(scansOf([{ ...note, indexes: 5 }])).toHaveLength(1);
  expect(scansOf([{ ...note, collection: 'templates', indexes: 5 }])).toEqual([]);
});
