/** Answers that were once silently different from a server's. */
import { type Document, Double, Long, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { codeOf, isRealServer, openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();
const fresh = () => test.db.collection<Document>(`c${new ObjectId().toHexString()}`);

async function withDocuments(documents: Document[]) {
  const collection = fresh();
  await collection.insertMany(documents.map((document, _id) => ({ _id: _id as never, ...document })));
  return collection;
}

async function matching(documents: Document[], filter: Document): Promise<unknown[]> {
  const collection = await withDocuments(documents);
  return (await collection.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
}

describe('a projection', () => {
  const items = [
    { k: 1, v: 1 },
    { k: 2, v: 2 },
  ];

  it('shows nothing of an array in which no element matches', async () => {
    const things = await withDocuments([{ a: 1, items }, { a: 2, items: [{ k: 9 }] }, { a: 3 }]);
    const shown = await things.find({}, { projection: { _id: 0, a: 1, items: { $elemMatch: { k: 2 } } } });
    expect(await shown.sort({ _id: 1 }).toArray()).toEqual([
      { a: 1, items: [{ k: 2, v: 2 }] },
      { a: 2 },
      { a: 3 },
    ]);
  });

  it('shows nothing of a field whose expression is missing', async () => {
    const things = await withDocuments([{ a: 1, b: 2 }]);
    expect(await things.find({}, { projection: { _id: 0, a: '$none', b: 1 } }).toArray()).toEqual([{ b: 2 }]);
  });

  it('shows matched elements behind the fields that it includes', async () => {
    const things = await withDocuments([{ items, a: 1 }]);
    const [shown] = await things
      .find({}, { projection: { items: { $elemMatch: { k: 2 } }, a: 1 } })
      .toArray();
    expect(Object.keys(shown!)).toEqual(['_id', 'a', 'items']);
  });

  it('refuses a position that the filter does not give', async () => {
    const things = await withDocuments([{ items }]);
    expect(await codeOf(things.find({}, { projection: { 'items.$': 1 } }).toArray())).toBe(51246);
  });

  it('refuses a field name that begins with a dollar', async () => {
    const things = await withDocuments([{ a: {} }]);
    expect(await codeOf(things.find({}, { projection: { 'a.$b': 1 } }).toArray())).toBe(16410);
    expect(await codeOf(things.aggregate([{ $project: { 'a.$b': 1 } }]).toArray())).toBe(16410);
  });
});

describe('variables', () => {
  it('of let are computed once, and seen by filters, projections, updates and deletes', async () => {
    const things = await withDocuments([{ a: 1 }, { a: 2 }, { a: 3 }]);
    const name = things.collectionName;
    const filter = { $expr: { $eq: ['$a', '$$two'] } };
    const constants = { two: { $add: [1, 1] } };
    const found = await test.db.command({ find: name, filter, let: constants, projection: { b: '$$two' } });
    expect(found.cursor).toMatchObject({ firstBatch: [{ _id: 1, b: 2 }] });
    const update = { q: filter, u: { $set: { b: 1 } } };
    expect(await test.db.command({ update: name, updates: [update], let: constants })).toMatchObject({
      n: 1,
    });
    const remove = { q: filter, limit: 1 };
    expect(await test.db.command({ delete: name, deletes: [remove], let: constants })).toMatchObject({
      n: 1,
    });
    expect(await things.distinct('_id')).toEqual([0, 2]);
  });

  it('are refused when they are unknown, or read a field', async () => {
    const things = await withDocuments([{ a: 1 }]);
    const name = things.collectionName;
    const filter = { $expr: { $eq: ['$a', '$$none'] } };
    expect(await codeOf(test.db.command({ find: name, filter }))).toBe(17276);
    expect(await codeOf(test.db.command({ find: name, let: { x: '$a' } }))).toBe(4890500);
  });
});

describe('$pull', () => {
  it('takes conditions on a document that are combined', async () => {
    const things = await withDocuments([{ list: [{ k: 1, v: 1 }, { k: 2, v: 2 }, { k: 3, v: 3 }, 4] }]);
    await things.updateOne({}, { $pull: { list: { $or: [{ k: 1 }, { v: 2 }] } } as never });
    expect((await things.findOne())?.list).toEqual([{ k: 3, v: 3 }, 4]);
    await things.updateOne({}, { $pull: { list: { $and: [{ k: 3 }, { v: 3 }] } } as never });
    expect((await things.findOne())?.list).toEqual([4]);
    expect(await codeOf(things.updateOne({}, { $pull: { list: { $expr: true } } as never }))).toBe(224);
  });
});

describe('a path with a dollar', () => {
  it('is refused by $set, in an update and in a pipeline', async () => {
    const things = await withDocuments([{ a: {}, list: [1, 2], other: [1, 2] }]);
    const set = (path: string, filter: Document = {}) =>
      codeOf(things.updateOne(filter, { $set: { [path]: 1 } }));
    expect(await set('$a')).toBe(52);
    expect(await set('a.$b')).toBe(52);
    expect(await set('$.a')).toBe(2);
    expect(await codeOf(things.updateOne({}, [{ $set: { $a: 1 } }]))).toBe(16410);
    expect(await codeOf(things.updateOne({}, [{ $set: { 'a.$b': 1 } }]))).toBe(16410);
    // A server takes the position in either array.
    const twoArrays = await set('list.$', { list: 2, other: 1 });
    expect(twoArrays).toBe(isRealServer ? undefined : 238);
    expect(await set('list.$', { list: 2 })).toBeUndefined();
  });
});

describe('a collation', () => {
  it('of null is none', async () => {
    const things = await withDocuments([{}]);
    const update = { q: {}, u: { $set: { a: 1 } }, collation: null };
    expect(await test.db.command({ update: things.collectionName, updates: [update] })).toMatchObject({
      n: 1,
    });
    expect(await codeOf(test.db.command({ find: things.collectionName, collation: null }))).toBeUndefined();
  });
});

describe('an expression', () => {
  it('holds a missing field for less than null, and for nothing else', async () => {
    const documents = [{ a: 1 }, { a: null }, {}, { a: '' }];
    const found = (expression: Document | string) => matching(documents, { $expr: expression });
    expect(await found({ $eq: ['$a', null] })).toEqual([1]);
    expect(await found({ $ne: ['$a', null] })).toEqual([0, 2, 3]);
    expect(await found({ $lt: ['$a', null] })).toEqual([2]);
    expect(await found({ $lt: ['$a', 1] })).toEqual([1, 2]);
    expect(await found({ $gt: ['$a', 0] })).toEqual([0, 3]);
    expect(await found({ $eq: ['$none', '$nothing'] })).toEqual([0, 1, 2, 3]);
    expect(await found({ $in: ['$a', [1, null]] })).toEqual([0, 1]);
    expect(await found({ $ifNull: ['$a', false] })).toEqual([0, 3]);
    expect(await found('$a')).toEqual([0, 3]);
  });

  it('compares numbers of every type, and objects with the order of their fields', async () => {
    const documents = [{ a: Long.fromNumber(2) }, { a: new Double(2) }, { a: { x: 1, y: 2 } }];
    expect(await matching(documents, { $expr: { $eq: ['$a', 2] } })).toEqual([0, 1]);
    expect(await matching(documents, { $expr: { $eq: ['$a', { $literal: { y: 2, x: 1 } }] } })).toEqual([]);
  });

  it('reads a number in a path as a name, and a field of an array from each of its documents', async () => {
    const things = await withDocuments([{ items: [{ k: 1 }, 7, { k: 2 }] }]);
    const shown = await things
      .aggregate([{ $project: { _id: 0, first: '$items.0', k: '$items.k' } }])
      .toArray();
    expect(shown).toEqual([{ first: [], k: [1, 2] }]);
  });

  it('sets a field in each document of an array, and removes one whose value is missing', async () => {
    const things = await withDocuments([{ list: [{ n: 1 }, { n: 2 }], b: 1 }]);
    await things.updateOne({}, [{ $set: { 'list.m': '$b', b: '$none' } }]);
    expect(await things.findOne()).toEqual({
      _id: 0,
      list: [
        { n: 1, m: 1 },
        { n: 2, m: 1 },
      ],
    });
  });

  it('keeps the types of numbers', async () => {
    const things = await withDocuments([{ n: new Double(1), of: Long.fromNumber(2) }]);
    const shown = await things
      .aggregate([{ $project: { n: 1, sum: { $add: ['$of', 1] } } }], { promoteValues: false })
      .toArray();
    expect(shown).toMatchObject([{ n: new Double(1), sum: Long.fromNumber(3) }]);
  });
});
