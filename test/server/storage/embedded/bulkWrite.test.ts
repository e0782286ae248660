import { type ClientBulkWriteOptions, MongoClientBulkWriteError, MongoServerError, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();
const fresh = () => test.db.collection(`c${new ObjectId().toHexString()}`);
/** The driver's types allow only ObjectIds as ids. */
const bulkWrite = (
  models: { namespace: string; name: string; [field: string]: unknown }[],
  options?: ClientBulkWriteOptions,
) => test.client.bulkWrite(models as never, options);
const failureOf = async (work: Promise<unknown>): Promise<MongoClientBulkWriteError> => {
  const caught = await work.catch((error: unknown) => error);
  expect(caught).toBeInstanceOf(MongoClientBulkWriteError);
  return caught as MongoClientBulkWriteError;
};

describe('writing to several collections in one command', () => {
  it('inserts, updates, replaces, upserts and deletes, and reports each result', async () => {
    const [some, others] = [fresh(), fresh()];
    await others.insertMany([
      { _id: 1 as never, n: 1 },
      { _id: 2 as never, n: 1 },
      { _id: 3 as never, n: 5 },
    ]);
    const namespace = some.namespace;
    const result = await bulkWrite(
      [
        { namespace, name: 'insertOne', document: { _id: 'a', absent: undefined } },
        { namespace: others.namespace, name: 'updateMany', filter: { n: 1 }, update: { $inc: { n: 1 } } },
        { namespace: others.namespace, name: 'updateOne', filter: { n: 9 }, update: { $set: { n: 0 } } },
        { namespace, name: 'updateOne', filter: { _id: 'b' }, update: { $set: { n: 1 } }, upsert: true },
        { namespace, name: 'replaceOne', filter: { _id: 'a' }, replacement: { n: 7 } },
        { namespace: others.namespace, name: 'deleteOne', filter: { n: 2 } },
        { namespace: others.namespace, name: 'deleteMany', filter: { n: { $gt: 2 } } },
      ],
      { verboseResults: true },
    );
    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 3,
      modifiedCount: 3,
      upsertedCount: 1,
      deletedCount: 2,
    });
    expect(result.insertResults?.get(0)).toEqual({ insertedId: 'a' });
    expect(result.updateResults?.get(1)).toMatchObject({ matchedCount: 2, modifiedCount: 2 });
    expect(result.updateResults?.get(2)).toMatchObject({ matchedCount: 0, modifiedCount: 0 });
    expect(result.updateResults?.get(3)).toMatchObject({ didUpsert: true, upsertedId: 'b' });
    expect(result.deleteResults?.get(6)).toEqual({ deletedCount: 1 });
    expect(await some.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', n: 7 },
      { _id: 'b', n: 1 },
    ]);
    expect(await others.countDocuments()).toBe(1);
  });

  it('stops at the first refusal when ordered: earlier writes stay, later ones do not happen', async () => {
    const [some, others] = [fresh(), fresh()];
    await others.createIndex({ key: 1, of: -1 }, { unique: true });
    await others.insertOne({ key: 1, of: 1 });
    const error = await failureOf(
      bulkWrite([
        { namespace: some.namespace, name: 'insertOne', document: { _id: 1 } },
        { namespace: others.namespace, name: 'insertOne', document: { key: 1, of: 1 } },
        { namespace: some.namespace, name: 'insertOne', document: { _id: 2 } },
      ]),
    );
    expect([...error.writeErrors]).toEqual([
      [1, { code: 11000, message: expect.stringContaining('index: key_1_of_-1 dup key') }],
    ]);
    expect(error.partialResult).toMatchObject({ insertedCount: 1 });
    expect(await some.distinct('_id')).toEqual([1]);
  });

  it('does everything possible when unordered', async () => {
    const some = fresh();
    const insert = (_id: number) => ({ namespace: some.namespace, name: 'insertOne', document: { _id } });
    const error = await failureOf(bulkWrite([insert(1), insert(1), insert(2)], { ordered: false }));
    expect([...error.writeErrors.keys()]).toEqual([1]);
    expect(await some.distinct('_id')).toEqual([1, 2]);
  });

  it('reports the index of an invalid operation, and refuses a database other than admin', async () => {
    const error = await failureOf(
      bulkWrite([
        { namespace: fresh().namespace, name: 'updateOne', filter: { $no: 1 }, update: { $set: { a: 1 } } },
      ]),
    );
    expect([...error.writeErrors.values()]).toEqual([{ code: 2, message: expect.stringContaining('$no') }]);
    const command = { bulkWrite: 1, ops: [{ insert: 1, document: {} }], nsInfo: [{ ns: fresh().namespace }] };
    const admin = test.client.db('admin');
    expect(await admin.command(command)).toMatchObject({
      nErrors: 1,
      cursor: { firstBatch: [{ ok: 0, idx: 0, code: 2 }] },
    });
    await expect(test.db.command(command)).rejects.toBeInstanceOf(MongoServerError);
    await expect(admin.command({ ...command, ops: [] })).rejects.toMatchObject({ code: 16 });
  });
});
