import { Decimal128, type Document, Double, Long, MaxKey, MinKey, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();

async function withDocuments(documents: Document[]) {
  const collection = test.db.collection<{ _id: unknown }>(`c${new ObjectId().toHexString()}`);
  await collection.insertMany(documents.map((document, _id) => ({ _id, ...document })) as never[]);
  return async (filter: Document, sort: Document = { _id: 1 }) =>
    (
      await collection
        .find(filter as never)
        .sort(sort as never)
        .toArray()
    ).map(({ _id }) => _id);
}

describe('equality', () => {
  it('finds null both when it is stored and when the field is missing', async () => {
    const ids = await withDocuments([{ a: null }, {}, { a: 1 }, { a: [null] }, { a: [] }]);
    expect(await ids({ a: null })).toEqual([0, 1, 3]);
    expect(await ids({ a: { $ne: null } })).toEqual([2, 4]);
    expect(await ids({ a: { $exists: false } })).toEqual([1]);
    expect(await ids({ a: { $exists: true } })).toEqual([0, 2, 3, 4]);
    expect(await ids({ a: { $in: [null, 1] } })).toEqual([0, 1, 2, 3]);
    expect(await ids({ a: { $gte: null } })).toEqual([0, 1, 3]);
  });

  it('looks for null through arrays only in their documents', async () => {
    const ids = await withDocuments([
      { a: [{ b: 1 }, {}] },
      { a: [] },
      { a: [1] },
      { a: [{ b: null }] },
      { a: 4 },
      { a: {} },
    ]);
    expect(await ids({ 'a.b': null })).toEqual([0, 3, 4, 5]);
    expect(await ids({ 'a.b': { $exists: false } })).toEqual([1, 2, 4, 5]);
  });

  it('matches an array as a whole, an element of it, and an array inside it', async () => {
    const ids = await withDocuments([
      { a: [1, 2] },
      { a: [2, 1] },
      { a: 1 },
      { a: [[1, 2]] },
      { a: [1, 2, 3] },
    ]);
    expect(await ids({ a: [1, 2] })).toEqual([0, 3]);
    expect(await ids({ a: 1 })).toEqual([0, 1, 2, 4]);
    expect(await ids({ a: { $size: 2 } })).toEqual([0, 1]);
    expect(await ids({ a: { $all: [1, 2] } })).toEqual([0, 1, 4]);
    expect(await ids({ a: { $all: [[1, 2]] } })).toEqual([0, 3]);
    expect(await ids({ 'a.1': 2 })).toEqual([0, 4]);
    expect(await ids({ a: { $nin: [1] } })).toEqual([3]);
  });

  it('respects the order of fields in an embedded document', async () => {
    const ids = await withDocuments([{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, { a: { x: 1 } }]);
    expect(await ids({ a: { x: 1, y: 2 } })).toEqual([0]);
  });

  it('compares numbers across their types exactly', async () => {
    const big = '9007199254740993';
    const ids = await withDocuments([
      { n: 1 },
      { n: new Double(1) },
      { n: Long.fromNumber(1) },
      { n: Decimal128.fromString('1.00') },
      { n: Long.fromString(big) },
      { n: 9007199254740992 },
    ]);
    expect(await ids({ n: 1 })).toEqual([0, 1, 2, 3]);
    expect(await ids({ n: Long.fromString(big) })).toEqual([4]);
    expect(await ids({ n: { $gt: 9007199254740992 } })).toEqual([4]);
    expect(await ids({ n: { $type: 'number' } })).toHaveLength(6);
  });

  it('finds NaN by equality only', async () => {
    const ids = await withDocuments([{ n: Number.NaN }, { n: 1 }]);
    expect(await ids({ n: Number.NaN })).toEqual([0]);
    expect(await ids({ n: { $lt: 5 } })).toEqual([1]);
    expect(await ids({ n: { $gte: Number.NaN } })).toEqual([0]);
  });
});

describe('ranges', () => {
  it('compares only values of one kind', async () => {
    const ids = await withDocuments([
      { a: 5 },
      { a: '5' },
      { a: new Date(5) },
      { a: null },
      { a: [7] },
      { a: true },
    ]);
    expect(await ids({ a: { $gt: 1 } })).toEqual([0, 4]);
    expect(await ids({ a: { $gt: '1' } })).toEqual([1]);
    expect(await ids({ a: { $lte: new Date(9) } })).toEqual([2]);
    expect(await ids({ a: { $gt: new MinKey(), $lt: new MaxKey() } })).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('lets different elements of an array satisfy the two bounds, unless $elemMatch requires one', async () => {
    const ids = await withDocuments([{ a: [1, 9] }, { a: [5] }, { a: [1] }]);
    expect(await ids({ a: { $gt: 4, $lt: 6 } })).toEqual([0, 1]);
    expect(await ids({ a: { $elemMatch: { $gt: 4, $lt: 6 } } })).toEqual([1]);
  });
});

describe('operators', () => {
  it('matches by regular expression, with options', async () => {
    const ids = await withDocuments([{ a: 'Заказ готов' }, { a: 'заказ' }, { a: ['x', 'ЗАКАЗ'] }, { a: 5 }]);
    expect(await ids({ a: /^заказ/ })).toEqual([1]);
    expect(await ids({ a: { $regex: '^заказ', $options: 'i' } })).toEqual([0, 1, 2]);
    expect(await ids({ a: { $in: [/готов$/, 5] } })).toEqual([0, 3]);
    expect(await ids({ a: { $not: /заказ/i } })).toEqual([3]);
  });

  it('combines with $and, $or, $nor and $not', async () => {
    const ids = await withDocuments([
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 2, b: 1 },
    ]);
    expect(await ids({ $or: [{ a: 2 }, { b: 2 }] })).toEqual([1, 2]);
    expect(await ids({ $nor: [{ a: 2 }, { b: 2 }] })).toEqual([0]);
    expect(await ids({ $and: [{ a: 1 }, { b: { $not: { $gt: 1 } } }] })).toEqual([0]);
  });

  it('looks into arrays of documents', async () => {
    const ids = await withDocuments([
      {
        items: [
          { sku: 'a', n: 1 },
          { sku: 'b', n: 5 },
        ],
      },
      { items: [{ sku: 'a', n: 5 }] },
    ]);
    expect(await ids({ 'items.sku': 'a', 'items.n': 5 })).toEqual([0, 1]);
    expect(await ids({ items: { $elemMatch: { sku: 'a', n: 5 } } })).toEqual([1]);
    expect(await ids({ 'items.1.sku': 'b' })).toEqual([0]);
  });

  it('tests types, remainders and bits', async () => {
    const ids = await withDocuments([{ a: 6 }, { a: 'x' }, { a: 2.5 }, { a: [1, 'y'] }, { a: null }, {}]);
    expect(await ids({ a: { $type: 'string' } })).toEqual([1, 3]);
    expect(await ids({ a: { $type: ['null', 'array'] } })).toEqual([3, 4]);
    expect(await ids({ a: { $mod: [4, 2] } })).toEqual([0, 2]);
    expect(await ids({ a: { $bitsAllSet: 6 } })).toEqual([0]);
  });

  it('evaluates expressions', async () => {
    const ids = await withDocuments([
      { a: 2, b: 1 },
      { a: 1, b: 2 },
    ]);
    expect(await ids({ $expr: { $gt: ['$a', '$b'] } })).toEqual([0]);
  });
});

describe('sorting', () => {
  it('follows the order of types', async () => {
    const values = [
      new MinKey(),
      null,
      1,
      'a',
      { x: 1 },
      [[]],
      Buffer.from('b'),
      new ObjectId(),
      false,
      true,
      new Date(0),
      /x/,
      new MaxKey(),
    ];
    const ids = await withDocuments([...values].reverse().map((a) => ({ a })));
    expect(await ids({}, { a: 1 })).toEqual(values.map((_, at) => values.length - 1 - at));
    expect(await ids({}, { a: -1 })).toEqual(values.map((_, at) => at));
  });

  it('sorts an array by its least element ascending, its greatest descending, an empty one before null', async () => {
    const ids = await withDocuments([{ a: [5, 1] }, { a: 3 }, { a: [4] }, { a: [] }, { a: null }]);
    expect(await ids({}, { a: 1 })).toEqual([3, 4, 0, 1, 2]);
    expect(await ids({}, { a: -1 })).toEqual([0, 2, 1, 4, 3]);
  });

  it('skips and limits', async () => {
    const collection = test.db.collection<{ _id: number }>(`c${new ObjectId().toHexString()}`);
    await collection.insertMany(Array.from({ length: 10 }, (_, _id) => ({ _id })));
    const found = await collection.find().sort({ _id: -1 }).skip(2).limit(3).toArray();
    expect(found.map(({ _id }) => _id)).toEqual([7, 6, 5]);
    expect(await collection.countDocuments({}, { skip: 8 })).toBe(2);
    expect(await collection.countDocuments({}, { limit: 4 })).toBe(4);
  });
});

describe('projection', () => {
  it('includes, excludes, cuts arrays and computes', async () => {
    const collection = test.db.collection<Document>(`c${new ObjectId().toHexString()}`);
    await collection.insertOne({
      _id: 1 as never,
      a: 1,
      b: { c: 2, d: 3 },
      list: [1, 2, 3],
      items: [
        { k: 1, v: 1 },
        { k: 2, v: 2 },
      ],
    });
    const shown = (projection: Document, filter: Document = {}) => collection.findOne(filter, { projection });
    expect(await shown({ a: 1 })).toEqual({ _id: 1, a: 1 });
    expect(await shown({ _id: 0, 'b.c': 1 })).toEqual({ b: { c: 2 } });
    expect(await shown({ b: 0, items: 0, list: 0 })).toEqual({ _id: 1, a: 1 });
    expect(await shown({ _id: 0, 'items.v': 1 })).toEqual({ items: [{ v: 1 }, { v: 2 }] });
    expect(await shown({ list: { $slice: -2 }, items: 0, b: 0 })).toEqual({ _id: 1, a: 1, list: [2, 3] });
    expect(await shown({ _id: 0, items: { $elemMatch: { k: 2 } } })).toEqual({ items: [{ k: 2, v: 2 }] });
    expect(await shown({ _id: 0, 'items.$': 1 }, { 'items.k': 2 })).toEqual({ items: [{ k: 2, v: 2 }] });
    expect(await shown({ _id: 0, sum: { $add: ['$a', '$b.c'] } })).toEqual({ sum: 3 });
  });
});
