/**
 * Rules about the database's errors, held over the sources: a mistake here is not seen until a server fails. The
 * embedded store and the sandbox are no callers of the driver.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../server/', import.meta.url);
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/^(storage\/embedded|sandbox)\//.test(path))
  .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));

const filesWith = (pattern: RegExp) =>
  sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

it('reads bulk errors in one place', () => {
  expect(
    filesWith(/writeErrors|getWriteErrors|writeConcernErrors|MongoBulkWriteError\b.*\bresult\b/),
  ).toEqual(['storage/bulkErrors.ts']);
});

it('inserts many only where each outcome is read', () => {
  expect(filesWith(/\.insertMany\(/)).toEqual(['storage/bulkWrites.ts']);
});

it('knows a duplicate key by one name', () => {
  expect(filesWith(/\b11_?000\b/)).toEqual(['storage/database.ts']);
});

it('decides in one place whether the store is away', () => {
  const names = /Mongo(Network|ServerSelection|NotConnected|TopologyClosed|WriteConcern)\w*Error/;
  expect(filesWith(names)).toEqual(['storage/classifyStoreError.ts']);
});

/** Why these upserts need no second try. */
const upsertsAlone: Record<string, string> = {
  'channels/budget/rows.ts': 'it tries again until it knows',
  'deliveryReports/sumHours.ts': 'the next step reads what the other process added',
  'keys/keyHolders.ts': "the process's own document",
  'realtime/presenceExchange.ts': "the process's own document",
  'realtime/relay.ts': "the process's own document",
  'serviceMessages/quota/quota.ts': 'a refused unit is looked up, and asked for again',
  'serviceMessages/sending/rates.ts': 'it reads again and tries again until it knows',
  'statusWebhooks/enqueue.ts': 'it adds to the document that exists by then',
};

it('asks a raced upsert once more', () => {
  const upserts = filesWith(/\bupsert\b[^\n]*[}:,]/).filter((path) => !path.startsWith('storage/'));
  const alone = upserts.filter((path) => {
    const { text } = sources.find((each) => each.path === path)!;
    return !/\bupserting\(|\bupsertEach\(/.test(text);
  });
  expect(alone.sort()).toEqual(Object.keys(upsertsAlone).sort());
});
