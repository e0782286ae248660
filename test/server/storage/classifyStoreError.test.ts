import { APIError } from 'better-auth';
import { type Connection, mongo, Schema } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { classifyStoreError } from '../../../server/storage/classifyStoreError.ts';
import { connectDatabase } from '../../../server/storage/database.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { storeFaults } from '../../support/storeFaults.ts';
import { openStoreProxy, type StoreProxy, writesTo } from '../../support/storeProxy.ts';

let store: TestStore;
let proxy: StoreProxy;
let connection: Connection;
const rows = () => connection.collection<{ _id: string; text?: string }>('rows');

beforeAll(async () => {
  store = await openTestStore();
  proxy = await openStoreProxy(store.uri);
  connection = await connectDatabase(proxy.uri);
});
beforeEach(async () => {
  proxy.heal();
  await rows().deleteMany({});
});
afterAll(async () => {
  await connection.close();
  await proxy[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

/** Each way in which the program writes. */
const writes: [string, () => Promise<unknown>][] = [
  ['insertOne', () => rows().insertOne({ _id: 'a' })],
  ['insertMany', () => rows().insertMany([{ _id: 'a' }, { _id: 'b' }], { ordered: false })],
  ['updateOne', () => rows().updateOne({ _id: 'a' }, { $set: { text: 'x' } }, { upsert: true })],
  ['findOneAndUpdate', () => rows().findOneAndUpdate({ _id: 'a' }, { $set: { text: 'x' } })],
  ['deleteMany', () => rows().deleteMany({ _id: 'a' })],
  [
    'bulkWrite of a collection',
    () =>
      rows().bulkWrite([{ updateOne: { filter: { _id: 'a' }, update: { $set: { text: 'x' } } } }], {
        ordered: false,
      }),
  ],
  [
    'bulkWrite of the client',
    () =>
      connection
        .getClient()
        .bulkWrite([
          { namespace: `${connection.name}.rows`, name: 'insertOne', document: { _id: 'a' } as object },
        ]),
  ],
];

describe('the store is away', () => {
  describe.each(storeFaults)('when a command ends with $kind and the work is $work', (fault) => {
    it.each(writes)('%s', async (_, write) => {
      proxy.fail(fault, { of: writesTo('rows') });
      const error = await write().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(proxy.heal()).toBeGreaterThan(0);
      expect(classifyStoreError(error)).toBe('away');
      // As a room, or the sign-in library, wraps it.
      expect(classifyStoreError(new Error('outer', { cause: new Error('inner', { cause: error }) }))).toBe(
        'away',
      );
      expect(classifyStoreError(new APIError('INTERNAL_SERVER_ERROR', { cause: error } as object))).toBe(
        'away',
      );
    });
  });

  it('when no store listens, and when the connection was closed', async () => {
    const gone = await openStoreProxy(store.uri);
    await gone[Symbol.asyncDispose]();
    const client = new mongo.MongoClient(gone.uri, { serverSelectionTimeoutMS: 50 });
    expect(classifyStoreError(await client.connect().catch((error: unknown) => error))).toBe('away');
    const closed = await connectDatabase(store.uri);
    await closed.close();
    expect(classifyStoreError(await closed.db?.command({ ping: 1 }).catch((error: unknown) => error))).toBe(
      'away',
    );
  });

  it('when one operation of a bulk was interrupted by an election', () => {
    const error = new mongo.MongoClientBulkWriteError({ message: 'bulk' });
    error.writeErrors.set(0, { code: 11_602, message: 'interrupted' } as never);
    expect(classifyStoreError(error)).toBe('away');
  });
});

describe('the error is unknown', () => {
  const thrownBy = async (write: () => Promise<unknown>) =>
    write().then(
      () => expect.fail('nothing was thrown'),
      (error: unknown) => error,
    );

  it('when a key exists', async () => {
    await rows().insertOne({ _id: 'b' });
    for (const write of [
      () => rows().insertOne({ _id: 'b' }),
      () => rows().insertMany([{ _id: 'a' }, { _id: 'b' }], { ordered: false }),
      () =>
        connection
          .getClient()
          .bulkWrite([
            { namespace: `${connection.name}.rows`, name: 'insertOne', document: { _id: 'b' } as object },
          ]),
    ])
      expect(classifyStoreError(await thrownBy(write))).toBe('unknown');
  });

  it('when the store or the driver refuses a document', async () => {
    let nested: unknown = [];
    for (let depth = 0; depth < 300; depth += 1) nested = [nested];
    const circular: Record<string, unknown> = { _id: 'c' };
    circular.self = circular;
    const strict = connection.model(
      'Strict',
      new Schema({ _id: String, count: Number }, { strict: 'throw' }),
    );
    for (const write of [
      () => rows().insertOne({ _id: 'a', text: nested as never }),
      () => rows().insertOne(circular as never),
      () => rows().updateOne({ _id: 'a' }, { $unknown: { text: 'x' } } as never),
      () => strict.create({ _id: 'a', count: 'many' } as never),
      () => strict.create({ _id: 'a', other: 1 } as never),
    ])
      expect(classifyStoreError(await thrownBy(write))).toBe('unknown');
  });

  it.each([
    ['a code of VK that a server of MongoDB has too', Object.assign(new Error('Too many'), { code: 6 })],
    ['a refused connection of another network', Object.assign(new Error('no'), { code: 'ECONNREFUSED' })],
    ['a refusal of the sign-in library', new APIError('UNAUTHORIZED', { message: 'Invalid password' })],
    ['a text', 'text'],
    ['nothing', undefined],
  ])('for %s', (_, error) => {
    expect(classifyStoreError(error)).toBe('unknown');
  });

  it('for causes that never end', () => {
    const error = new Error('circle');
    error.cause = new Error('other', { cause: error });
    expect(classifyStoreError(error)).toBe('unknown');
  });
});
