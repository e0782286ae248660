/** What a server refuses is refused with the same code, so that a fault shows in a test and not in production. */
import { type Document, Double, Long, ObjectId } from 'mongodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf, isRealServer, openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();
const fresh = () => test.db.collection<Document>(`c${new ObjectId().toHexString()}`);
const refusal = (command: Document) => codeOf(test.db.command(command));

describe('a partial index', () => {
  it.each<[string, Document, number | undefined]>([
    ['a field that exists', { a: { $exists: true } }, undefined],
    ['a field that does not exist', { a: { $exists: false } }, 67],
    ['another value', { a: { $ne: 1 } }, 67],
    ['none of some values', { a: { $nin: [1, 2] } }, 67],
    ['one of some values', { a: { $in: [1, 2] } }, undefined],
    ['not a range', { a: { $not: { $gt: 1 } } }, 67],
    ['a range or a type', { $or: [{ a: { $gte: 1 } }, { b: { $type: 'string' } }] }, undefined],
    ['neither of two', { $nor: [{ a: 1 }] }, 67],
    ['a pattern', { a: /x/ }, 67],
    ['a pattern by name', { a: { $regex: 'x' } }, 67],
    ['a size', { a: { $size: 1 } }, 67],
    ['an element', { a: { $elemMatch: { b: 1 } } }, 67],
    ['a remainder', { a: { $mod: [2, 1] } }, 67],
    ['an expression', { $expr: { $gt: ['$a', 1] } }, 224],
  ])('of %s', async (_, partialFilterExpression, code) => {
    expect(await codeOf(fresh().createIndex({ a: 1 }, { partialFilterExpression }))).toBe(code);
  });
});

describe('an unknown field', () => {
  it.each<[string, Document]>([
    ['find', { find: 'c', filters: {} }],
    ['aggregate', { aggregate: 'c', pipeline: [], cursor: {}, allowDisk: true }],
    ['count', { count: 'c', filter: {} }],
    ['distinct', { distinct: 'c', key: 'a', filter: {} }],
    ['insert', { insert: 'c', documents: [{}], order: true }],
    ['update', { update: 'c', updates: [{ q: {}, u: { $set: { a: 1 } } }], upsert: true }],
    ['one of several updates', { update: 'c', updates: [{ q: {}, u: { $set: { a: 1 } }, upserts: true }] }],
    ['delete', { delete: 'c', deletes: [{ q: {}, limit: 1 }], limit: 1 }],
    ['one of several deletes', { delete: 'c', deletes: [{ q: {}, limit: 1, multi: true }] }],
    ['findAndModify', { findAndModify: 'c', query: {}, update: { $set: { a: 1 } }, projection: { a: 1 } }],
    ['createIndexes', { createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a' }], unique: true }],
  ])('of %s is refused', async (_, command) => {
    expect(await refusal(command)).toBe(40415);
  });

  it('of one operation of a bulk write is refused', async () => {
    const command = { bulkWrite: 1, nsInfo: [{ ns: `${test.db.databaseName}.c` }] };
    const admin = test.client.db('admin');
    const insert = { insert: 0, document: {}, upsert: true };
    expect(await codeOf(admin.command({ ...command, ops: [insert] }))).toBe(40415);
    expect(await codeOf(admin.command({ ...command, ops: [{ delete: 0 }] }))).toBe(40414);
  });
});

describe('a delete', () => {
  it('says whether it is of one or of all', async () => {
    expect(await refusal({ delete: 'c', deletes: [{ q: {} }] })).toBe(40414);
    expect(await refusal({ delete: 'c', deletes: [{ q: {}, limit: 2 }] })).toBe(9);
    expect(await refusal({ delete: 'c', deletes: [{ q: {}, limit: 0 }] })).toBeUndefined();
  });
});

describe('an update', () => {
  it('has a filter, a change, and flags that are booleans', async () => {
    expect(await refusal({ update: 'c', updates: [{ q: {} }] })).toBe(40414);
    expect(await refusal({ update: 'c', updates: [{ u: { $set: { a: 1 } } }] })).toBe(40414);
    expect(await refusal({ update: 'c', updates: [{ q: {}, u: { $set: { a: 1 } }, upsert: 1 }] })).toBe(14);
  });
});

describe('a concern', () => {
  it('for reading is known', async () => {
    const read = (readConcern: unknown) => refusal({ find: 'c', readConcern });
    expect(await read({ level: 'majority' })).toBeUndefined();
    expect(await read({ level: 'local' })).toBeUndefined();
    expect(await read({ level: 'most' })).toBe(2);
    expect(await read({ levels: 'local' })).toBe(40415);
    expect(await read('local')).toBe(14);
    // A server that stands alone refuses them, a replica set does not.
    if (!isRealServer) expect(await read({ level: 'linearizable' })).toBe(123);
    if (!isRealServer) expect(await read({ level: 'snapshot' })).toBe(123);
  });

  it('for writing can be fulfilled', async () => {
    const write = (writeConcern: unknown) => refusal({ insert: 'c', documents: [{}], writeConcern });
    expect(await write({ w: 'majority', j: true })).toBeUndefined();
    expect(await write({ w: 1, wtimeout: 100 })).toBeUndefined();
    expect(await write({ w: 'majority', journaled: true })).toBe(40415);
    if (!isRealServer) expect(await write({ w: 2 })).toBe(2);
    if (!isRealServer) expect(await write({ w: 'everywhere' })).toBe(2);
  });
});

describe('a time limit', () => {
  const name = `c${new ObjectId().toHexString()}`;
  const many = () => test.db.collection<Document>(name);
  beforeAll(async () => {
    await many().insertMany(
      Array.from({ length: 20_000 }, (_, at) => ({ at, text: `${'слово '.repeat(20)}${at}` })),
    );
  });
  /** Takes longer than a millisecond: every document is read, and none matches. */
  const slow = { text: { $regex: '(с|л|о|в)+ (с|л|о|в)+ +х$' } };

  it('ends a read that takes longer', async () => {
    expect(await codeOf(many().find(slow, { maxTimeMS: 1 }).toArray())).toBe(50);
    expect(
      await codeOf(
        many()
          .aggregate([{ $match: slow }], { maxTimeMS: 1 })
          .toArray(),
      ),
    ).toBe(50);
    expect(await refusal({ count: name, query: slow, maxTimeMS: 1 })).toBe(50);
    expect(await refusal({ distinct: name, key: 'at', query: slow, maxTimeMS: 1 })).toBe(50);
    expect(await codeOf(many().find({ at: 7 }, { maxTimeMS: 60_000 }).toArray())).toBeUndefined();
  });

  it('ends a write that takes longer, and leaves its document as it was', async () => {
    const change = {
      update: name,
      updates: [{ q: slow, u: { $set: { at: -1 } }, multi: true }],
      maxTimeMS: 1,
    };
    expect(await refusal(change)).toBe(50);
    expect(await codeOf(many().findOneAndDelete(slow, { maxTimeMS: 1 }))).toBe(50);
    expect(await many().countDocuments({ at: -1 })).toBe(0);
  });

  it('counts the time of all batches together, but not the pauses between them', async () => {
    const reply = await test.db.command(
      { find: name, batchSize: 1, maxTimeMS: 60_000 },
      { promoteLongs: false },
    );
    const { id } = reply.cursor as { id: Long };
    expect(await refusal({ getMore: id, collection: name, batchSize: 1 })).toBeUndefined();
    expect(await refusal({ getMore: id, collection: name, maxTimeMS: 5 })).toBe(2);
  });

  it('is a whole number that is not negative', async () => {
    expect(await refusal({ find: name, limit: 1, maxTimeMS: -1 })).toBe(2);
    expect(await refusal({ find: name, limit: 1, maxTimeMS: new Double(1.5) })).toBe(9);
    expect(await refusal({ find: name, limit: 1, maxTimeMS: '1' })).toBe(14);
    expect(await refusal({ find: name, limit: 1, maxTimeMS: Long.fromNumber(0) })).toBeUndefined();
  });
});

describe('an option that the store does not have', () => {
  it('is refused', async () => {
    const options: Document[] = [
      { min: { _id: 1 }, hint: { _id: 1 } },
      { max: { _id: 1 }, hint: { _id: 1 } },
      { returnKey: true },
      { showRecordId: true },
    ];
    for (const option of options)
      expect(await refusal({ find: 'c', ...option })).toBe(isRealServer ? undefined : 238);
    expect(await refusal({ find: 'c', returnKey: false })).toBeUndefined();
    const sample = await codeOf(
      fresh()
        .aggregate([{ $sample: { size: 1 } }])
        .toArray(),
    );
    expect(sample).toBe(isRealServer ? undefined : 238);
  });
});
