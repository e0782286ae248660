import { type Document, ObjectId } from 'mongodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf, isRealServer, openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();
const fresh = () => test.db.collection<Document>(`c${new ObjectId().toHexString()}`);

describe('pipelines', () => {
  const name = `orders${new ObjectId().toHexString()}`;
  const orders = () => test.db.collection<Document>(name);
  const run = (...pipeline: Document[]) => orders().aggregate(pipeline).toArray();

  beforeAll(async () => {
    await orders().createIndex({ client: 1, n: 1 });
    await orders().insertMany([
      { _id: 1 as never, client: 'a', n: 1, tags: ['x', 'y'], at: new Date('2026-01-01T10:00:00Z') },
      { _id: 2 as never, client: 'a', n: 3, tags: ['y'], at: new Date('2026-01-02T10:00:00Z') },
      { _id: 3 as never, client: 'b', n: 5, tags: [], at: new Date('2026-01-02T11:00:00Z') },
      { _id: 4 as never, client: 'c', n: null },
    ]);
  });

  it('groups with the common accumulators', async () => {
    const grouped = await run(
      {
        $group: {
          _id: '$client',
          sum: { $sum: '$n' },
          avg: { $avg: '$n' },
          min: { $min: '$n' },
          max: { $max: '$n' },
          all: { $push: '$n' },
          count: { $sum: 1 },
        },
      },
      { $sort: { _id: 1 } },
    );
    expect(grouped).toEqual([
      { _id: 'a', sum: 4, avg: 2, min: 1, max: 3, all: [1, 3], count: 2 },
      { _id: 'b', sum: 5, avg: 5, min: 5, max: 5, all: [5], count: 1 },
      { _id: 'c', sum: 0, avg: null, min: null, max: null, all: [null], count: 1 },
    ]);
  });

  it('groups by several fields, by dates and by nothing', async () => {
    expect(
      await run(
        { $match: { n: { $gt: 0 } } },
        {
          $group: { _id: { day: { $dateToString: { date: '$at', format: '%Y-%m-%d' } } }, n: { $sum: '$n' } },
        },
        { $sort: { '_id.day': 1 } },
      ),
    ).toEqual([
      { _id: { day: '2026-01-01' }, n: 1 },
      { _id: { day: '2026-01-02' }, n: 8 },
    ]);
    expect(
      await run({
        $group: {
          _id: null,
          clients: { $addToSet: '$client' },
          first: { $first: '$client' },
          last: { $last: '$client' },
        },
      }),
    ).toMatchObject([{ _id: null, first: 'a', last: 'c' }]);
  });

  it('unwinds, projects, computes and counts', async () => {
    expect(
      await run({ $unwind: '$tags' }, { $group: { _id: '$tags', n: { $sum: 1 } } }, { $sort: { _id: 1 } }),
    ).toEqual([
      { _id: 'x', n: 1 },
      { _id: 'y', n: 2 },
    ]);
    expect(
      await run(
        { $match: { client: 'a' } },
        { $sort: { n: -1 } },
        { $limit: 1 },
        { $project: { _id: 0, n: 1, double: { $multiply: ['$n', 2] } } },
      ),
    ).toEqual([{ n: 3, double: 6 }]);
    expect(await run({ $match: { client: 'a' } }, { $count: 'found' })).toEqual([{ found: 2 }]);
    expect(await run({ $match: { client: 'nobody' } }, { $count: 'found' })).toEqual([]);
    expect(await run({ $sortByCount: '$client' }, { $limit: 1 })).toEqual([{ _id: 'a', count: 2 }]);
  });

  it('runs several pipelines over one input', async () => {
    const [facets] = await run({
      $facet: {
        total: [{ $count: 'n' }],
        page: [{ $sort: { _id: -1 } }, { $limit: 2 }, { $project: { _id: 1 } }],
      },
    });
    expect(facets).toEqual({ total: [{ n: 4 }], page: [{ _id: 4 }, { _id: 3 }] });
  });

  it('joins another collection by fields and by a pipeline', async () => {
    const clients = fresh();
    await clients.createIndex({ key: 1 });
    await clients.insertMany([
      { _id: 10 as never, key: 'a', name: 'Анна' },
      { _id: 11 as never, key: 'b', name: 'Борис' },
    ]);
    const from = clients.collectionName;
    const joined = await run(
      { $match: { _id: { $lte: 3 } } },
      { $sort: { _id: 1 } },
      { $lookup: { from, localField: 'client', foreignField: 'key', as: 'who' } },
      { $project: { names: '$who.name' } },
    );
    expect(joined).toEqual([
      { _id: 1, names: ['Анна'] },
      { _id: 2, names: ['Анна'] },
      { _id: 3, names: ['Борис'] },
    ]);
    const byPipeline = await run(
      { $match: { _id: 3 } },
      {
        $lookup: {
          from,
          let: { client: '$client' },
          pipeline: [{ $match: { $expr: { $eq: ['$key', '$$client'] } } }, { $project: { _id: 0, name: 1 } }],
          as: 'who',
        },
      },
      { $project: { who: 1 } },
    );
    expect(byPipeline).toEqual([{ _id: 3, who: [{ name: 'Борис' }] }]);
  });

  it('uses an index for the first match and sort', async () => {
    const explained = await orders()
      .aggregate([{ $match: { client: 'a' } }, { $sort: { n: 1 } }])
      .explain();
    expect(JSON.stringify(explained)).toContain('IXSCAN');
  });

  it('counts by filter, and estimates', async () => {
    expect(await orders().countDocuments({ client: 'a' })).toBe(2);
    expect(await orders().countDocuments({ client: 'a' }, { limit: 1 })).toBe(1);
    expect(await orders().estimatedDocumentCount()).toBe(4);
    expect(await orders().distinct('tags', { client: 'a' })).toEqual(['x', 'y']);
  });
});

describe('cursors', () => {
  it('return every document once over many batches', async () => {
    const things = fresh();
    await things.insertMany(Array.from({ length: 1000 }, (_, _id) => ({ _id: _id as never })));
    const ids: unknown[] = [];
    for await (const { _id } of things.find().batchSize(7)) ids.push(_id);
    expect(new Set(ids).size).toBe(1000);
    expect(ids).toHaveLength(1000);
  });

  it('continue while documents are deleted and inserted', async () => {
    const things = fresh();
    await things.insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id: _id as never })));
    const cursor = things.find().sort({ _id: 1 }).batchSize(10);
    const seen: number[] = [];
    for await (const { _id } of cursor) {
      seen.push(_id as unknown as number);
      if (seen.length === 50) await things.deleteMany({ _id: { $gte: 100, $lt: 200 } as never });
    }
    expect(seen).toEqual([...Array(100).keys(), ...Array.from({ length: 100 }, (_, at) => 200 + at)]);
  });

  it('split replies larger than one message', async () => {
    const things = fresh();
    const text = 'x'.repeat(1024 * 1024);
    for (let at = 0; at < 20; at++) await things.insertOne({ at, text });
    const found = await things.find({}, { batchSize: 1000 }).toArray();
    expect(found).toHaveLength(20);
  });

  it('end when killed', async () => {
    const things = fresh();
    await things.insertMany(Array.from({ length: 10 }, () => ({})));
    const reply = await test.db.command({ find: things.collectionName, batchSize: 2 });
    const { id } = reply.cursor as { id: never };
    const name = things.collectionName;
    const killed = await test.db.command({ killCursors: name, cursors: [id] });
    expect(killed.cursorsKilled).toHaveLength(1);
    expect(
      await codeOf(test.db.command({ getMore: id, collection: name }, { promoteLongs: false })),
    ).toBeDefined();
  });
});

describe('unsupported commands', () => {
  it('are refused in a server’s error shape', async () => {
    const things = fresh();
    await things.insertOne({ a: 1 });
    // A replica set has change streams: there this would wait for a change.
    if (!isRealServer) {
      const watched = await codeOf(things.aggregate([{ $changeStream: {} }]).toArray());
      expect(watched).toBe(40573);
    }
    const text = await codeOf(things.find({ $text: { $search: 'a' } }).toArray());
    expect(text).toBe(isRealServer ? 27 : 238);
  });
});
