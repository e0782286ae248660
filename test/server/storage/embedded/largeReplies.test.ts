/** Replies that do not fit into one message: they are split or refused, and other clients notice nothing. */
import { type Document, MongoBulkWriteError, MongoClient, ObjectId } from 'mongodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf, openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();
const megabyte = 1024 * 1024;
const text = (at: number) => `${String(at).padStart(3, '0')}${'x'.repeat(megabyte)}`;
const twenty = Array.from({ length: 20 }, (_, at) => at);

describe('twenty values of a megabyte', () => {
  const name = `large${new ObjectId().toHexString()}`;
  const things = () => test.db.collection<Document>(name);

  beforeAll(async () => {
    await things().createIndex({ key: 1 }, { unique: true });
    for (const at of twenty) await things().insertOne({ _id: at as never, key: text(at) });
  });

  /** The store lives: another client is answered. */
  async function expectAlive(): Promise<void> {
    const other = await new MongoClient(test.uri).connect();
    expect(await other.db(test.db.databaseName).collection(name).countDocuments()).toBe(20);
    await other.close();
  }

  it('are refused by distinct, as a server does', async () => {
    expect(await codeOf(things().distinct('key'))).toBe(17217);
    expect(await things().distinct('key', { _id: { $lt: 2 } as never })).toEqual([text(0), text(1)]);
    await expectAlive();
  });

  it('are refused as one document', async () => {
    const all = things().aggregate([{ $group: { _id: null, all: { $push: '$key' } } }]);
    expect(await codeOf(all.toArray())).toBe(10334);
    await expectAlive();
  });

  it('as duplicates are each reported', async () => {
    const copies = twenty.map((at) => ({ _id: (100 + at) as never, key: text(at) }));
    const error = await things()
      .insertMany(copies, { ordered: false })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MongoBulkWriteError);
    const { writeErrors } = error as MongoBulkWriteError;
    expect([writeErrors].flat().map(({ code, index }) => [code, index])).toEqual(
      twenty.map((at) => [11000, at]),
    );
    await expectAlive();
  });

  it('as results of one bulk write come in several batches', async () => {
    const models = twenty.map((at) => ({
      namespace: `${test.db.databaseName}.upserts${name}`,
      name: 'updateOne' as const,
      filter: { _id: text(at) },
      update: { $set: { at } },
      upsert: true,
    }));
    const result = await test.client.bulkWrite(models as never, { verboseResults: true });
    expect(result.upsertedCount).toBe(20);
    expect([...(result.updateResults ?? [])].map(([at, { upsertedId }]) => [at, upsertedId])).toEqual(
      twenty.map((at) => [at, text(at)]),
    );
    await expectAlive();
  });
});
