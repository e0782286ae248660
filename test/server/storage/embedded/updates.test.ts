import { type Document, Double, Int32, Long, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { codeOf, openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();
const fresh = () => test.db.collection<Document>(`c${new ObjectId().toHexString()}`);

/** Changes one document once. */
async function changed(
  document: Document,
  update: Document | Document[],
  options: Document = {},
  filter: Document = {},
) {
  const things = fresh();
  await things.insertOne({ _id: 1 as never, ...document });
  await things.updateOne(filter, update as Document, options);
  return things.findOne({}, { projection: { _id: 0 } });
}

async function refusal(document: Document, update: Document, options: Document = {}) {
  const things = fresh();
  await things.insertOne({ _id: 1 as never, ...document });
  return codeOf(things.updateOne({}, update, options));
}

describe('operators on fields', () => {
  it('sets, unsets and renames, and creates documents on the way', async () => {
    expect(await changed({ a: 1 }, { $set: { 'b.c.d': 2 }, $unset: { a: '' } })).toEqual({
      b: { c: { d: 2 } },
    });
    expect(await changed({ a: 1 }, { $rename: { a: 'b.c' } })).toEqual({ b: { c: 1 } });
    expect(await changed({ list: [1, 2] }, { $unset: { 'list.0': '' } })).toEqual({ list: [null, 2] });
    expect(await changed({ list: [1] }, { $set: { 'list.3': 4 } })).toEqual({ list: [1, null, null, 4] });
  });

  it('calculates', async () => {
    expect(await changed({ n: 2, m: 3 }, { $inc: { n: 5, fresh: 1 }, $mul: { m: 2, none: 9 } })).toEqual({
      n: 7,
      m: 6,
      fresh: 1,
      none: 0,
    });
    expect(await changed({ low: 5, high: 5 }, { $min: { low: 3 }, $max: { high: 3, made: 1 } })).toEqual({
      low: 3,
      high: 5,
      made: 1,
    });
    expect(await changed({ n: 5 }, { $bit: { n: { and: 4 } } })).toEqual({ n: 4 });
  });

  it('widens an int to a long, and keeps a double a double', async () => {
    const things = fresh();
    await things.insertOne({ int: new Int32(2_147_483_647), double: new Double(1.5) });
    await things.updateOne({}, { $inc: { int: 1, double: 0.5 } });
    const found = await things.findOne({}, { promoteValues: false, promoteLongs: false });
    expect(found).toMatchObject({ int: Long.fromNumber(2_147_483_648), double: new Double(2) });
  });

  it('refuses values of a wrong type or size, with MongoDB’s codes', async () => {
    expect(await refusal({ a: 'text' }, { $inc: { a: 1 } })).toBe(14);
    expect(await refusal({ a: 1 }, { $inc: { a: 'x' } })).toBe(14);
    expect(await refusal({ a: 1 }, { $push: { a: 1 } })).toBe(2);
    expect(await refusal({ a: 1 }, { $set: { 'a.b': 1 } })).toBe(28);
    expect(await refusal({ a: 1 }, { $set: { a: 1, 'a.b': 2 } })).toBe(40);
    expect(await refusal({ a: 1 }, { $set: { _id: 2 } })).toBe(66);
    expect(await refusal({ a: 1 }, { $pop: { a: 1 } })).toBe(14);
  });

  it('accepts $set of the _id a document already has', async () => {
    expect(await refusal({}, { $set: { _id: 1, a: 1 } })).toBeUndefined();
  });

  it('changes nothing of a document when one of its operators is refused', async () => {
    const things = fresh();
    await things.insertOne({ _id: 1 as never, a: 1, b: 'text' });
    expect(await codeOf(things.updateOne({}, { $set: { a: 2 }, $inc: { b: 1 } }))).toBe(14);
    expect(await things.findOne()).toEqual({ _id: 1, a: 1, b: 'text' });
  });

  it('reports matched and changed documents separately', async () => {
    const things = fresh();
    await things.insertMany([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(await things.updateMany({}, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 3,
      modifiedCount: 2,
    });
  });
});

describe('operators on arrays', () => {
  it('pushes with position, order and length', async () => {
    expect(await changed({ a: [1] }, { $push: { a: 2, b: 1 } })).toEqual({ a: [1, 2], b: [1] });
    expect(await changed({ a: [5, 1] }, { $push: { a: { $each: [3, 2], $sort: 1, $slice: -3 } } })).toEqual({
      a: [2, 3, 5],
    });
    expect(await changed({ a: [1, 2] }, { $push: { a: { $each: [9], $position: 1 } } })).toEqual({
      a: [1, 9, 2],
    });
    expect(
      await changed({ a: [{ n: 2 }] }, { $push: { a: { $each: [{ n: 1 }], $sort: { n: 1 } } } }),
    ).toEqual({ a: [{ n: 1 }, { n: 2 }] });
  });

  it('adds to a set, pops and pulls', async () => {
    expect(await changed({ a: [1, 2] }, { $addToSet: { a: { $each: [2, 3] } } })).toEqual({ a: [1, 2, 3] });
    expect(await changed({ a: [1, 2, 3] }, { $pop: { a: -1 } })).toEqual({ a: [2, 3] });
    expect(await changed({ a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } })).toEqual({ a: [1] });
    expect(await changed({ a: [{ k: 1, v: 2 }, { k: 2 }] }, { $pull: { a: { k: 1 } } })).toEqual({
      a: [{ k: 2 }],
    });
    expect(await changed({ a: [1, 2, 1] }, { $pullAll: { a: [1] } })).toEqual({ a: [2] });
  });

  it('changes the element that the query matched, all elements, or those that a filter selects', async () => {
    const items = [
      { k: 'a', n: 1 },
      { k: 'b', n: 1 },
    ];
    expect(await changed({ items }, { $set: { 'items.$.n': 7 } }, {}, { 'items.k': 'b' })).toEqual({
      items: [
        { k: 'a', n: 1 },
        { k: 'b', n: 7 },
      ],
    });
    expect(await changed({ items }, { $inc: { 'items.$[].n': 1 } })).toEqual({
      items: [
        { k: 'a', n: 2 },
        { k: 'b', n: 2 },
      ],
    });
    expect(
      await changed({ items }, { $set: { 'items.$[it].n': 9 } }, { arrayFilters: [{ 'it.k': 'a' }] }),
    ).toEqual({
      items: [
        { k: 'a', n: 9 },
        { k: 'b', n: 1 },
      ],
    });
    expect(
      await changed({ items }, { $set: { 'items.$.n': 7 } }, {}, { items: { $elemMatch: { k: 'b', n: 1 } } }),
    ).toMatchObject({
      items: [{ n: 1 }, { n: 7 }],
    });
  });

  it('refuses a position that it cannot find, and an unused filter', async () => {
    expect(await refusal({ a: [1] }, { $set: { 'a.$': 2 } })).toBe(2);
    expect(await refusal({ a: [1] }, { $set: { 'a.$[x]': 2 } })).toBe(2);
    expect(await refusal({ a: [1] }, { $set: { b: 2 } }, { arrayFilters: [{ x: 1 }] })).toBe(9);
  });
});

describe('upserts', () => {
  it('starts from the filter’s equalities, and applies $setOnInsert only on insert', async () => {
    const things = fresh();
    const update = { $set: { n: 1 }, $setOnInsert: { made: true } };
    const first = await things.updateOne({ 'key.a': 1, kind: { $eq: 'x' }, n: { $gt: 5 } }, update, {
      upsert: true,
    });
    expect(first).toMatchObject({ matchedCount: 0, upsertedCount: 1 });
    const again = await things.updateOne(
      { 'key.a': 1, kind: 'x' },
      { $set: { n: 2 }, $setOnInsert: { made: false } },
      { upsert: true },
    );
    expect(again).toMatchObject({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0 });
    expect(await things.findOne()).toEqual({
      _id: first.upsertedId,
      key: { a: 1 },
      kind: 'x',
      n: 2,
      made: true,
    });
  });

  it('takes the _id from the filter or from $setOnInsert', async () => {
    const things = fresh();
    await things.updateOne({ _id: 'f' as never }, { $set: { a: 1 } }, { upsert: true });
    await things.updateOne({ a: 9 }, { $setOnInsert: { _id: 'i' } as never }, { upsert: true });
    await things.replaceOne({ _id: 'r' as never }, { a: 3 }, { upsert: true });
    expect(await things.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'f', a: 1 },
      { _id: 'i', a: 9 },
      { _id: 'r', a: 3 },
    ]);
  });

  it('inserts one document for many simultaneous upserts', async () => {
    const things = fresh();
    await things.createIndex({ key: 1 }, { unique: true });
    await Promise.all(
      Array.from({ length: 30 }, () => things.updateOne({ key: 'k' }, { $inc: { n: 1 } }, { upsert: true })),
    );
    expect(await things.find().toArray()).toMatchObject([{ key: 'k', n: 30 }]);
  });
});

describe('pipelines as updates', () => {
  it('computes fields from other fields', async () => {
    expect(
      await changed({ a: 2, b: 3 }, [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'b' }]),
    ).toEqual({ a: 2, sum: 5 });
    expect(await changed({ a: 2 }, [{ $replaceWith: { made: '$a' } }])).toEqual({ made: 2 });
    expect(
      await changed({ at: 1 }, [{ $set: { s: { $cond: [{ $gte: ['$at', 1] }, 'late', 'early'] } } }]),
    ).toEqual({ at: 1, s: 'late' });
  });
});

describe('replacing', () => {
  it('keeps the _id and nothing else', async () => {
    const things = fresh();
    await things.insertOne({ _id: 1 as never, a: 1 });
    await things.replaceOne({ a: 1 }, { b: 2 });
    expect(await things.findOne()).toEqual({ _id: 1, b: 2 });
    expect(await codeOf(things.replaceOne({ b: 2 }, { _id: 2 } as never))).toBe(66);
  });
});

describe('findAndModify', () => {
  it('shows the document before or after', async () => {
    const things = fresh();
    await things.insertOne({ _id: 1 as never, n: 1 });
    expect(await things.findOneAndUpdate({}, { $inc: { n: 1 } })).toEqual({ _id: 1, n: 1 });
    expect(await things.findOneAndUpdate({}, { $inc: { n: 1 } }, { returnDocument: 'after' })).toEqual({
      _id: 1,
      n: 3,
    });
    expect(await things.findOneAndUpdate({ n: 99 }, { $inc: { n: 1 } })).toBeNull();
    expect(await things.findOneAndReplace({}, { m: 1 }, { returnDocument: 'after' })).toEqual({
      _id: 1,
      m: 1,
    });
    expect(await things.findOneAndDelete({}, { projection: { _id: 0 } })).toEqual({ m: 1 });
    expect(await things.countDocuments()).toBe(0);
  });

  it('upserts and reports it', async () => {
    const things = fresh();
    const result = await things.findOneAndUpdate(
      { key: 'a' },
      { $setOnInsert: { made: 1 }, $set: { n: 1 } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true },
    );
    expect(result.lastErrorObject).toMatchObject({ n: 1, updatedExisting: false });
    expect(result.value).toMatchObject({ key: 'a', made: 1, n: 1 });
    expect(await things.findOneAndUpdate({ key: 'b' }, { $set: { n: 1 } }, { upsert: true })).toBeNull();
  });

  it('gives each of many simultaneous claims its own document, in order', async () => {
    const things = fresh();
    await things.createIndex({ state: 1, at: 1 });
    await things.insertMany(
      Array.from({ length: 50 }, (_, at) => ({ _id: at as never, at, state: 'queued' })),
    );
    const claims = await Promise.all(
      Array.from({ length: 60 }, () =>
        things.findOneAndUpdate({ state: 'queued' }, { $set: { state: 'claimed' } }, { sort: { at: 1 } }),
      ),
    );
    const claimed = claims.flatMap((claim) => (claim === null ? [] : [claim._id as unknown as number]));
    expect(claimed.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, at) => at));
  });

  it('counts exactly with many simultaneous callers', async () => {
    const things = fresh();
    await things.insertOne({ _id: 'c' as never, n: 0 });
    await Promise.all(
      Array.from({ length: 100 }, () => things.updateOne({ _id: 'c' as never }, { $inc: { n: 1 } })),
    );
    expect(await things.findOne()).toEqual({ _id: 'c', n: 100 });
  });
});

describe('nesting', () => {
  const nested = (levels: number): Document => {
    let value: Document = {};
    for (let at = 0; at < levels; at++) value = { in: value };
    return value;
  };

  it('is limited to 180 levels, by whatever operation a value is set', async () => {
    const things = test.db.collection<Document>(`c${new ObjectId().toHexString()}`);
    await things.insertOne({ _id: 1 as never, ...nested(180) });
    expect(await codeOf(things.insertOne(nested(181)))).toBe(15);
    await things.updateOne({ _id: 1 as never }, { $set: { deep: nested(179) } });
    expect(await codeOf(things.updateOne({ _id: 1 as never }, { $set: { deep: nested(180) } }))).toBe(15);
    expect(await codeOf(things.updateOne({ _id: 1 as never }, { $set: { 'a.b': nested(179) } }))).toBe(15);
    expect(
      await codeOf(things.updateOne({ _id: 1 as never }, { $push: { list: nested(179) } as never })),
    ).toBe(15);
    expect(await codeOf(things.updateOne({ _id: 1 as never }, { $rename: { deep: 'a.b' } }))).toBe(15);
    expect(await codeOf(things.replaceOne({ _id: 1 as never }, nested(181)))).toBe(15);
    const kept = await things.findOne({ _id: 1 as never });
    expect(Object.keys(kept ?? {})).toEqual(['_id', 'in', 'deep']);
  });
});
