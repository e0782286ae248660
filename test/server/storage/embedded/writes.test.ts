import {
  Binary,
  Decimal128,
  Double,
  Int32,
  Long,
  MongoBulkWriteError,
  MongoServerError,
  ObjectId,
} from 'mongodb';
import { describe, expect, it } from 'vitest';
import { codeOf, openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();
const fresh = () => test.db.collection(`c${new ObjectId().toHexString()}`);

describe('inserting', () => {
  it('returns every BSON type as it was stored', async () => {
    const things = fresh();
    const document = {
      _id: new ObjectId(),
      int: new Int32(5),
      double: new Double(5),
      long: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('1.10'),
      bytes: new Binary(Buffer.from([1, 2, 3])),
      date: new Date(0),
      nothing: null,
      list: [1, 'two', { three: 3 }],
      pattern: /ab+c/i,
    };
    await things.insertOne(document);
    const found = await things.findOne({ _id: document._id }, { promoteValues: false, promoteLongs: false });
    expect(found).toEqual({
      ...document,
      list: [new Int32(1), 'two', { three: new Int32(3) }],
    });
  });

  it('keeps the types of fields that an update does not change', async () => {
    const things = fresh();
    await things.insertOne({ _id: 1 as never, double: new Double(5), long: Long.fromNumber(7), n: 1 });
    await things.updateOne({ _id: 1 as never }, { $inc: { n: 1 } });
    const found = await things.findOne({}, { promoteValues: false, promoteLongs: false });
    expect(found).toMatchObject({ double: new Double(5), long: Long.fromNumber(7), n: new Int32(2) });
  });

  it('adds a missing _id, and puts it first', async () => {
    const things = fresh();
    const raw = await test.db.command({ insert: things.collectionName, documents: [{ b: 1 }] });
    expect(raw.n).toBe(1);
    expect(Object.keys((await things.findOne())!)).toEqual(['_id', 'b']);
  });

  it('refuses a second document with the same _id, naming the key', async () => {
    const things = fresh();
    await things.insertOne({ _id: 'a' as never });
    const error = await things.insertOne({ _id: 'a' as never }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MongoServerError);
    expect(error).toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 'a' } });
  });

  it('treats equal numbers of different types as one _id', async () => {
    const things = fresh();
    await things.insertOne({ _id: new Int32(1) as never });
    expect(await codeOf(things.insertOne({ _id: new Double(1) as never }))).toBe(11000);
    expect(await codeOf(things.insertOne({ _id: Decimal128.fromString('1.0') as never }))).toBe(11000);
  });

  it('refuses an array as _id', async () => {
    expect(await codeOf(fresh().insertOne({ _id: [1] as never }))).toBeDefined();
  });
});

describe('bulk writes', () => {
  it('stops at the first error when ordered', async () => {
    const things = fresh();
    const error = await things
      .insertMany([{ _id: 1 }, { _id: 1 }, { _id: 2 }] as never[])
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MongoBulkWriteError);
    expect((error as MongoBulkWriteError).insertedCount).toBe(1);
    expect(await things.countDocuments()).toBe(1);
  });

  it('continues and reports each error by its index when unordered', async () => {
    const things = fresh();
    const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }, { _id: 3 }] as never[];
    const error = await things.insertMany(documents, { ordered: false }).catch((caught: unknown) => caught);
    const errors = (error as MongoBulkWriteError).writeErrors as unknown as { index: number; code: number }[];
    expect(errors.map(({ index, code }) => [index, code])).toEqual([
      [1, 11000],
      [3, 11000],
    ]);
    expect(await things.countDocuments()).toBe(3);
  });

  it('runs a mixture of operations', async () => {
    const things = fresh();
    const result = await things.bulkWrite([
      { insertOne: { document: { _id: 1 as never, n: 1 } } },
      { updateOne: { filter: { _id: 1 as never }, update: { $inc: { n: 1 } } } },
      { updateOne: { filter: { _id: 2 as never }, update: { $set: { n: 5 } }, upsert: true } },
      { replaceOne: { filter: { _id: 2 as never }, replacement: { m: 1 } } },
      { deleteOne: { filter: { _id: 1 as never } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 2,
      modifiedCount: 2,
      upsertedCount: 1,
      deletedCount: 1,
    });
    expect(await things.find().toArray()).toEqual([{ _id: 2, m: 1 }]);
  });

  it('leaves nothing of a document that is refused halfway', async () => {
    const things = fresh();
    await things.createIndex({ a: 1 });
    await things.createIndex({ b: 1 }, { unique: true });
    await things.insertOne({ a: 1, b: 1 });
    expect(await codeOf(things.insertOne({ a: 2, b: 1 }))).toBe(11000);
    expect(await things.find({ a: 2 }).hint({ a: 1 }).toArray()).toEqual([]);
    expect(await things.countDocuments({ a: 2 }, { hint: 'a_1' })).toBe(0);
  });

  it('accepts writes that wait for no reply', async () => {
    const things = fresh();
    await things.insertOne({ _id: 1 as never }, { writeConcern: { w: 0 } });
    await things.insertOne({ _id: 2 as never });
    expect(await things.countDocuments()).toBe(2);
  });
});

describe('deleting', () => {
  it('deletes one or all that match', async () => {
    const things = fresh();
    await things.insertMany([{ a: 1 }, { a: 1 }, { a: 2 }]);
    expect((await things.deleteOne({ a: 1 })).deletedCount).toBe(1);
    expect((await things.deleteMany({})).deletedCount).toBe(2);
    expect((await things.deleteMany({ a: 9 })).deletedCount).toBe(0);
  });
});

describe('refusals', () => {
  it('name an unknown command', async () => {
    expect(await codeOf(test.db.command({ noSuchCommand: 1 }))).toBe(59);
  });

  it('cover unknown operators', async () => {
    const things = fresh();
    await things.insertOne({ a: 1 });
    expect(await codeOf(things.findOne({ a: { $nope: 1 } as never }))).toBe(2);
    expect(await codeOf(things.findOne({ $nope: [] } as never))).toBe(2);
    expect(await codeOf(things.updateOne({}, { $nope: { a: 1 } } as never))).toBe(9);
    expect(await codeOf(things.aggregate([{ $nope: {} }]).toArray())).toBe(40324);
  });

  it('cover an invalid namespace', async () => {
    expect(await codeOf(test.db.command({ insert: '', documents: [{}] }))).toBe(73);
  });

  it('cover listing the indexes of a missing collection', async () => {
    expect(await codeOf(test.db.command({ listIndexes: 'nowhere' }))).toBe(26);
    expect(await codeOf(test.db.command({ dropIndexes: 'nowhere', index: '*' }))).toBe(26);
  });
});
