import { type Document, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { codeOf, isRealServer, openTestDatabase, until } from './testDatabase.ts';

const test = openTestDatabase();
const fresh = () => test.db.collection<Document>(`c${new ObjectId().toHexString()}`);

interface Stage {
  stage: string;
  indexName?: string;
  inputStage?: Stage;
  inputStages?: Stage[];
}

/** The names of a plan's stages, the outermost first. */
function stages(stage: Stage | undefined): string[] {
  if (stage === undefined) return [];
  const inner = stage.inputStage ?? stage.inputStages?.[0];
  return [stage.stage, ...stages(inner)];
}

async function plan(cursor: { explain(): Promise<Document> }) {
  const explained = await cursor.explain();
  return {
    stages: stages(explained.queryPlanner.winningPlan as Stage),
    stats: explained.executionStats as Document,
  };
}

describe('unique indexes', () => {
  it('refuse a second document, treat a missing field as null, and free a key after a delete', async () => {
    const things = fresh();
    await things.createIndex({ a: 1 }, { unique: true });
    await things.insertMany([{ a: 1 }, { b: 1 }]);
    expect(await codeOf(things.insertOne({ a: 1 }))).toBe(11000);
    expect(await codeOf(things.insertOne({ b: 2 }))).toBe(11000);
    expect(await codeOf(things.updateOne({ a: 1 }, { $unset: { a: '' } }))).toBe(11000);
    await things.deleteOne({ a: 1 });
    expect(await codeOf(things.insertOne({ a: 1 }))).toBeUndefined();
  });

  it('cannot be created over duplicates, and leave nothing behind', async () => {
    const things = fresh();
    await things.insertMany([{ a: 1 }, { a: 2 }, { a: 1 }]);
    expect(await codeOf(things.createIndex({ a: 1 }, { unique: true }))).toBe(11000);
    expect(await things.indexes()).toHaveLength(1);
    expect(await codeOf(things.createIndex({ a: 1 }))).toBeUndefined();
    expect(await things.countDocuments({ a: 1 }, { hint: 'a_1' })).toBe(2);
  });

  it('hold for each element of an array', async () => {
    const things = fresh();
    await things.createIndex({ tags: 1 }, { unique: true });
    await things.insertOne({ tags: ['a', 'b', 'a'] });
    expect(await codeOf(things.insertOne({ tags: ['c', 'b'] }))).toBe(11000);
  });

  it('distinguish long values with the same beginning', async () => {
    const things = fresh();
    await things.createIndex({ a: 1 }, { unique: true });
    const long = 'x'.repeat(5000);
    await things.insertMany([{ a: `${long}1` }, { a: `${long}2` }, { a: `${long}0` }, { a: long }]);
    expect(await codeOf(things.insertOne({ a: `${long}2` }))).toBe(11000);
    expect(await things.countDocuments({ a: `${long}1` })).toBe(1);
    const found = await things.find().sort({ a: 1 }).toArray();
    expect(found.map(({ a }) => String(a).slice(5000))).toEqual(['', '0', '1', '2']);
    const above = await things.find({ a: { $gt: `${long}0` } }).toArray();
    expect(above).toHaveLength(2);
  });

  it('hold only for the documents of a partial index', async () => {
    const things = fresh();
    await things.createIndex(
      { key: 1 },
      { unique: true, partialFilterExpression: { key: { $type: 'string' } } },
    );
    await things.insertMany([{ key: 'a' }, {}, {}, { key: null }, { key: 1 }, { key: 1 }]);
    expect(await codeOf(things.insertOne({ key: 'a' }))).toBe(11000);
    expect(await codeOf(things.updateOne({ key: null }, { $set: { key: 'a' } }))).toBe(11000);
    expect(await things.countDocuments()).toBe(6);
  });

  it('hold only for documents with the field when sparse', async () => {
    const things = fresh();
    await things.createIndex({ key: 1 }, { unique: true, sparse: true });
    await things.insertMany([{}, {}, { key: null }]);
    expect(await codeOf(things.insertOne({ key: null }))).toBe(11000);
    expect(await things.countDocuments({ key: null })).toBe(3);
    expect(await things.find().sort({ key: 1 }).toArray()).toHaveLength(3);
  });
});

describe('plans', () => {
  it('read only the documents that a thousand values name', async () => {
    const things = fresh();
    await things.createIndex({ of: 1, token: 1 }, { unique: true });
    await things.insertMany(Array.from({ length: 3_000 }, (_, at) => ({ of: 'list', token: [`row:${at}`] })));
    const tokens = Array.from({ length: 1_000 }, (_, at) => `row:${2_000 + at}`);
    const { stats } = await plan(things.find({ of: 'list', token: { $in: tokens } }));
    expect([stats.nReturned, stats.totalKeysExamined]).toEqual([1_000, 1_000]);
  });

  it('distinguish a look-up by _id, an index and a full scan', async () => {
    const things = fresh();
    await things.createIndex({ a: 1 });
    await things.insertMany(Array.from({ length: 50 }, (_, a) => ({ a, b: a })));
    const byId = await plan(things.find({ _id: new ObjectId() }));
    expect(byId.stages.some((stage) => stage === 'IDHACK' || stage === 'EXPRESS_IXSCAN')).toBe(true);
    const byIndex = await plan(things.find({ a: 7 }));
    expect(byIndex.stages).toEqual(['FETCH', 'IXSCAN']);
    expect(byIndex.stats).toMatchObject({ nReturned: 1, totalKeysExamined: 1, totalDocsExamined: 1 });
    const byWalk = await plan(things.find({ b: 7 }));
    expect(byWalk.stages).toEqual(['COLLSCAN']);
    expect(byWalk.stats).toMatchObject({ nReturned: 1, totalDocsExamined: 50 });
  });

  it('give a compound order forwards and backwards, and read no more than the limit', async () => {
    const things = fresh();
    await things.createIndex({ kind: 1, at: 1 });
    await things.insertMany(Array.from({ length: 200 }, (_, at) => ({ kind: at % 2, at })));
    for (const direction of [1, -1] as const) {
      const cursor = () => things.find({ kind: 1 }).sort({ at: direction }).limit(5);
      const { stages: names, stats } = await plan(cursor());
      expect(names).not.toContain('SORT');
      expect(stats.totalDocsExamined).toBe(5);
      const expected = direction === 1 ? [1, 3, 5, 7, 9] : [199, 197, 195, 193, 191];
      expect((await cursor().toArray()).map(({ at }) => at as number)).toEqual(expected);
    }
  });

  it('merge the ranges of $in in order, stopping at the limit', async () => {
    const things = fresh();
    await things.createIndex({ kind: 1, at: 1 });
    await things.insertMany(Array.from({ length: 300 }, (_, at) => ({ kind: at % 3, at })));
    const cursor = () =>
      things
        .find({ kind: { $in: [0, 2] } })
        .sort({ at: -1 })
        .limit(4);
    const { stages: names, stats } = await plan(cursor());
    expect(names).not.toContain('SORT');
    expect(stats.totalDocsExamined).toBeLessThan(10);
    expect((await cursor().toArray()).map(({ at }) => at as number)).toEqual([299, 297, 296, 294]);
  });

  it('join the branches of $or, each by its index', async () => {
    const things = fresh();
    await things.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await things.insertMany(Array.from({ length: 100 }, (_, n) => ({ a: n, b: n % 10 })));
    const filter = { $or: [{ a: 13 }, { b: 3 }] };
    const { stages: names } = await plan(things.find(filter));
    expect(names).not.toContain('COLLSCAN');
    expect(await things.find(filter).toArray()).toHaveLength(10);
  });

  it('use a partial index only when it covers the query', async () => {
    const things = fresh();
    await things.createIndex({ key: 1 }, { partialFilterExpression: { key: { $gte: '' } } });
    await things.insertMany([{ key: 'a' }, { key: 1 }, {}]);
    expect((await plan(things.find({ key: 'a' }))).stages).toContain('IXSCAN');
    expect((await plan(things.find({ key: 1 }))).stages).toContain('COLLSCAN');
    expect(await things.find({ key: null }).toArray()).toHaveLength(1);
  });

  it('follow a hint, and refuse one that names no index', async () => {
    const things = fresh();
    await things.createIndex({ a: 1 });
    await things.insertMany([{ a: 1, b: 2 }]);
    expect((await plan(things.find({ b: 2 }).hint('a_1'))).stages).toContain('IXSCAN');
    expect((await plan(things.find({ a: 1 }).hint({ $natural: 1 }))).stages).toContain('COLLSCAN');
    expect(await codeOf(things.find({}).hint('nope').toArray())).toBe(2);
  });

  it('find every element of an array once', async () => {
    const things = fresh();
    await things.createIndex({ words: 1, at: -1 });
    await things.insertMany([
      { _id: 1 as never, words: ['one', 'two'], at: 1 },
      { _id: 2 as never, words: ['two', 'three'], at: 2 },
      { _id: 3 as never, words: 'two', at: 3 },
    ]);
    const found = await things
      .find({ words: { $in: ['one', 'two', 'three'] } })
      .sort({ _id: 1 })
      .toArray();
    expect(found.map(({ _id }) => _id as unknown)).toEqual([1, 2, 3]);
    const both = things.find({ words: { $all: ['two', 'three'] } });
    expect((await both.toArray()).map(({ _id }) => _id as unknown)).toEqual([2]);
    const newest = things.find({ words: 'two' }).sort({ at: -1 }).limit(2);
    expect((await newest.toArray()).map(({ _id }) => _id as unknown)).toEqual([3, 2]);
  });

  it('refuse arrays in two fields of one index', async () => {
    const things = fresh();
    await things.createIndex({ a: 1, b: 1 });
    expect(await codeOf(things.insertOne({ a: [1], b: [2] }))).toBe(171);
    expect(await codeOf(things.insertOne({ a: [1], b: 2 }))).toBeUndefined();
  });
});

describe('TTL indexes', () => {
  it('remove only documents past their time', async () => {
    const things = fresh();
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await things.insertMany([
      ...Array.from({ length: 450 }, () => ({ at: new Date(Date.now() - 120_000) })),
      { kept: 'fresh', at: new Date() },
      { kept: 'not a date', at: 'long ago' },
      { kept: 'no date' },
    ]);
    await until(async () => (await things.countDocuments()) === 3, isRealServer ? 100_000 : 10_000);
    expect((await things.distinct('kept')).sort()).toEqual(['fresh', 'no date', 'not a date']);
  }, 120_000);
});

describe('managing indexes', () => {
  it('lists them with their options, and creates each once', async () => {
    const things = fresh();
    await things.createIndex({ a: 1, b: -1 }, { unique: true });
    await things.createIndex({ a: 1, b: -1 }, { unique: true });
    await things.createIndex({ at: 1 }, { name: 'old', expireAfterSeconds: 5 });
    const listed = (await things.indexes()) as Document[];
    expect(listed.map(({ name }) => name as string)).toEqual(['_id_', 'a_1_b_-1', 'old']);
    expect(listed[1]).toMatchObject({ key: { a: 1, b: -1 }, unique: true });
    expect(listed[2]).toMatchObject({ expireAfterSeconds: 5 });
  });

  it('refuses the same name or keys with other options', async () => {
    const things = fresh();
    await things.createIndex({ a: 1 });
    expect(await codeOf(things.createIndex({ a: 1 }, { unique: true, name: 'other' }))).toBe(85);
    expect(await codeOf(things.createIndex({ b: 1 }, { name: 'a_1' }))).toBe(86);
  });

  it('drops one by name or keys, or all but _id, and finds them gone', async () => {
    const things = fresh();
    await things.createIndexes([{ key: { a: 1 } }, { key: { b: 1 }, unique: true }, { key: { c: 1 } }]);
    await things.insertOne({ b: 1 });
    await things.dropIndex('a_1');
    await things.dropIndex({ b: 1 } as never);
    expect(await codeOf(things.insertOne({ b: 1 }))).toBeUndefined();
    await things.dropIndexes();
    expect(await things.indexes()).toHaveLength(1);
    expect(await codeOf(things.dropIndex('a_1'))).toBe(27);
    expect(await codeOf(things.dropIndex('_id_'))).toBe(72);
  });

  it('lists and drops collections and databases', async () => {
    const db = test.client.db(`${test.db.databaseName}_other`);
    await db.createCollection('made');
    await db.collection('filled').insertOne({ a: 1 });
    expect(await codeOf(db.createCollection('made', { capped: false }))).toBe(isRealServer ? undefined : 48);
    expect((await db.listCollections().toArray()).map(({ name }) => name).sort()).toEqual(['filled', 'made']);
    expect(await db.listCollections({ name: 'made' }, { nameOnly: true }).toArray()).toEqual([
      { name: 'made', type: 'collection' },
    ]);
    await db.collection('filled').drop();
    expect(await db.collection('filled').countDocuments()).toBe(0);
    const names = async () => (await db.admin().listDatabases()).databases.map(({ name }) => name);
    expect(await names()).toContain(db.databaseName);
    await db.dropDatabase();
    expect(await names()).not.toContain(db.databaseName);
  });
});
