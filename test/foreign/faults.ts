/**
 * The known faults of SecantusDB 0.7.0b3, each with the least code that shows it and the tests that it breaks. Each
 * `isRight` is what MongoDB does: one that begins to hold fails the run, and its entry must go. A test that fails there
 * and is not named here shows a fault of ours.
 */
import { type Collection, type Document, Long, type MongoClient, UUID } from 'mongodb';

export interface ForeignFault {
  fault: string;
  /** Titles of tests that are left out for it. */
  tests: string[];
  isRight(things: Collection<Document>, client: MongoClient): Promise<boolean>;
}

const ids = async (found: { toArray(): Promise<Document[]> }) =>
  (await found.toArray()).map(({ _id }) => String(_id));
const id = (value: unknown) => value as never;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code?: unknown }) => error.code,
  );
const explained = async (find: { explain(verbosity: string): Promise<Document> }) =>
  JSON.stringify((await find.explain('executionStats')).queryPlanner?.winningPlan);

export const foreignFaults: ForeignFault[] = [
  {
    fault: 'findAndModify does not know the positional operator',
    tests: [
      'posts a transition once, signed so that the receiver can check it with the shown secret',
      'posts the transitions of a message in order, the next only after the previous arrived',
      'posts each of many transitions once when two processes share the work',
      'gives up a notice after a day and goes on to the next, and sends it again on request',
      'loses no transition that is added just after the previous one was posted',
      'follows no redirect',
      'are posted in order',
    ],
    async isRight(things) {
      await things.insertOne({ list: [{ k: 1, n: 0 }] });
      const filter = { list: { $elemMatch: { k: 1 } } };
      const after = await things.findOneAndUpdate(
        filter,
        { $set: { 'list.$.n': 1 } },
        { returnDocument: 'after' },
      );
      return after?.list[0].n === 1;
    },
  },
  {
    fault: 'of racing upserts by findAndModify, some answer null',
    tests: [
      'counts points in the database',
      'holds a phone once, as it was added first, however many people add it at a time',
    ],
    async isRight(things) {
      const rounds = Array.from({ length: 20 }, (_, round) => round);
      const upsert = (round: number) =>
        things.findOneAndUpdate(
          { _id: id(round) },
          { $inc: { n: 1 } },
          { upsert: true, returnDocument: 'after' },
        );
      const race = (round: number) =>
        Promise.all([upsert(round), upsert(round), upsert(round), upsert(round)]);
      for (const round of rounds) if ((await race(round)).includes(null)) return false;
      return true;
    },
  },
  {
    fault: 'a plan of a sort by an index reads more than the limit',
    tests: [
      'give a compound order forwards and backwards, and read no more than the limit',
      'merge the ranges of $in in order, stopping at the limit',
      'reads a page of each queue by an index, whoever looks',
    ],
    async isRight(things) {
      await things.createIndex({ kind: 1, at: 1 });
      await things.insertMany(Array.from({ length: 20 }, (_, at) => ({ kind: at % 2, at })));
      const { executionStats } = await things
        .find({ kind: 1 })
        .sort({ at: 1 })
        .limit(2)
        .explain('executionStats');
      return executionStats.totalDocsExamined === 2;
    },
  },
  {
    fault: 'an $or is a scan, though each branch has an index',
    tests: ['join the branches of $or, each by its index'],
    async isRight(things) {
      await things.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
      await things.insertMany([{ a: 1 }, { b: 1 }, {}]);
      return !(await explained(things.find({ $or: [{ a: 1 }, { b: 1 }] }))).includes('COLLSCAN');
    },
  },
  {
    fault: 'explain does not show a look-up by _id',
    tests: [
      'are looked up, and no other document is read',
      'distinguish a look-up by _id, an index and a full scan',
      'are found by indexes that hold snoozed conversations alone',
    ],
    async isRight(things) {
      await things.insertMany([{}, {}]);
      return /IDHACK|EXPRESS/.test(await explained(things.find({ _id: id(7) })));
    },
  },
  {
    fault: 'a field of an array of documents is missing in an expression',
    tests: [
      'joins another collection by fields and by a pipeline',
      'reads a number in a path as a name, and a field of an array from each of its documents',
    ],
    async isRight(things) {
      await things.insertOne({ list: [{ k: 1 }, { k: 2 }] });
      const [shown] = await things.aggregate([{ $project: { _id: 0, k: '$list.k' } }]).toArray();
      return JSON.stringify(shown) === '{"k":[1,2]}';
    },
  },
  {
    fault: '$count of nothing answers with zero',
    tests: ['unwinds, projects, computes and counts'],
    isRight: async (things) =>
      (await things.aggregate([{ $match: { a: 1 } }, { $count: 'n' }]).toArray()).length === 0,
  },
  {
    fault: 'an _id may be an array',
    tests: ['refuses an array as _id'],
    isRight: async (things) => (await codeOf(things.insertOne({ _id: id([1]) }))) === 53,
  },
  {
    fault: 'two arrays are indexed together',
    tests: ['refuse arrays in two fields of one index'],
    async isRight(things) {
      await things.createIndex({ a: 1, b: 1 });
      return (await codeOf(things.insertOne({ a: [1], b: [1] }))) === 171;
    },
  },
  {
    fault: 'a document may be nested without a limit',
    tests: ['is limited to 180 levels, by whatever operation a value is set'],
    async isRight(things) {
      let deep: Document = {};
      for (let level = 0; level < 200; level++) deep = { in: deep };
      return (await codeOf(things.insertOne(deep))) !== undefined;
    },
  },
  {
    fault: 'an index of the same keys may have other options',
    tests: ['refuses the same name or keys with other options'],
    async isRight(things) {
      await things.createIndex({ a: 1 });
      return (await codeOf(things.createIndex({ a: 1 }, { unique: true, name: 'other' }))) === 85;
    },
  },
  {
    fault: 'an element that is an array is not found by $all',
    tests: ['matches an array as a whole, an element of it, and an array inside it'],
    async isRight(things) {
      await things.insertMany([
        { _id: id(1), a: [[1, 2]] },
        { _id: id(2), a: [1, 2] },
      ]);
      return (await ids(things.find({ a: { $all: [[1, 2]] } }))).join() === '1,2';
    },
  },
  {
    fault: 'a search for words is unknown, where MongoDB misses the index for it',
    tests: ['are refused in a server’s error shape'],
    isRight: async (things) => (await codeOf(things.find({ $text: { $search: 'a' } }).toArray())) === 27,
  },
  {
    fault: 'a bulk write that the driver repeats is done twice',
    // And all of `conversations/thread/unknownWrites.test.ts`, whose proxy cuts the connection after the work.
    tests: [],
    async isRight(things, client) {
      await things.insertOne({ _id: id(1), n: 0 });
      const update = { update: 0, filter: { _id: 1 }, updateMods: { $inc: { n: 1 } } };
      const lsid = { id: new UUID() };
      const once = {
        bulkWrite: 1,
        ops: [update],
        nsInfo: [{ ns: things.namespace }],
        lsid,
        txnNumber: new Long(1),
      };
      for (const _ of [1, 2]) await client.db('admin').command(once);
      return (await things.findOne())?.n === 1;
    },
  },
  {
    fault: 'a regular expression finds nothing through an index',
    tests: [],
    async isRight(things) {
      await things.createIndex({ a: 1 });
      await things.insertOne({ a: 'abc' });
      return (await things.find({ a: /bc$/ }).toArray()).length === 1;
    },
  },
  {
    fault: 'a cursor goes on over documents that were deleted meanwhile',
    tests: ['continue while documents are deleted and inserted'],
    async isRight(things) {
      await things.insertMany(Array.from({ length: 300 }, (_, at) => ({ _id: id(at) })));
      const cursor = things.find().sort({ _id: 1 }).batchSize(10);
      await cursor.next();
      await things.deleteMany({ _id: { $gte: id(100) } });
      return (await cursor.toArray()).length < 200;
    },
  },
  {
    fault: 'an answer may be larger than 16 MB',
    tests: ['are refused by distinct, as a server does', 'are refused as one document'],
    async isRight(things) {
      for (let at = 0; at < 17; at++) await things.insertOne({ a: `${at}${'x'.repeat(1024 * 1024)}` });
      return (await codeOf(things.distinct('a'))) === 17217;
    },
  },
  {
    fault: 'an invalid filter in a bulk write is no error when the collection is missing',
    tests: ['reports the index of an invalid operation, and refuses a database other than admin'],
    async isRight(things, client) {
      const update = { update: 0, filter: { $no: 1 }, updateMods: { $set: { a: 1 } } };
      const command = { bulkWrite: 1, ops: [update], nsInfo: [{ ns: things.namespace }] };
      return (await client.db('admin').command(command)).nErrors === 1;
    },
  },
  {
    fault: 'a projection does not see let',
    tests: [
      'of let are computed once, and seen by filters, projections, updates and deletes',
      'are refused when they are unknown, or read a field',
    ],
    async isRight(things) {
      await things.insertOne({ a: 2 });
      const options = { let: { two: 2 }, projection: { _id: 0, b: '$$two' } };
      const shown = await things.findOne({}, options).catch(() => null);
      return shown?.b === 2;
    },
  },
  {
    fault: '$in takes a missing field for null',
    tests: ['holds a missing field for less than null, and for nothing else'],
    async isRight(things) {
      await things.insertMany([{ _id: id(1), a: null }, { _id: id(2) }]);
      return (await ids(things.find({ $expr: { $in: ['$a', [null]] } }))).join() === '1';
    },
  },
  {
    fault: 'documents with another order of fields are equal in an expression',
    tests: ['compares numbers of every type, and objects with the order of their fields'],
    async isRight(things) {
      await things.insertOne({ a: { x: 1, y: 2 } });
      const filter = { $expr: { $eq: ['$a', { $literal: { y: 2, x: 1 } }] } };
      return (await things.find(filter).toArray()).length === 0;
    },
  },
  {
    fault: '$pull knows no $or and no $and',
    tests: ['takes conditions on a document that are combined'],
    async isRight(things) {
      await things.insertOne({ list: [{ k: 1 }, { k: 2 }] });
      return (
        (await codeOf(things.updateOne({}, { $pull: { list: { $or: [{ k: 1 }] } } as never }))) === undefined
      );
    },
  },
  {
    fault: 'a field of an update or a projection may begin with a dollar',
    tests: [
      'is refused by $set, in an update and in a pipeline',
      'refuses a field name that begins with a dollar',
    ],
    async isRight(things) {
      await things.insertOne({ a: {} });
      return (await codeOf(things.updateOne({}, { $set: { 'a.$b': 1 } }))) === 52;
    },
  },
  {
    fault: 'a find refuses a collation of null',
    tests: ['of null is none'],
    async isRight({ collectionName }, client) {
      return (
        (await codeOf(client.db('faults').command({ find: collectionName, collation: null }))) === undefined
      );
    },
  },
  {
    fault: 'a stage does not set a field in each document of an array',
    tests: ['sets a field in each document of an array, and removes one whose value is missing'],
    async isRight(things) {
      await things.insertOne({ list: [{ n: 1 }] });
      await things.updateOne({}, [{ $set: { 'list.m': 1 } }]);
      return (await things.findOne())?.list[0].m === 1;
    },
  },
  {
    fault: 'an element that matches is shown at its old place',
    tests: ['shows matched elements behind the fields that it includes'],
    async isRight(things) {
      await things.insertOne({ list: [{ k: 1 }], a: 1 });
      const projection = { _id: 0, list: { $elemMatch: { k: 1 } }, a: 1 };
      return Object.keys((await things.findOne({}, { projection })) ?? {}).join() === 'a,list';
    },
  },
  {
    fault: 'regular expressions are Python’s',
    tests: [
      'knows properties of letters, also beside escapes that JavaScript refuses',
      'is refused where JavaScript has no such thing',
      'takes any character but a line feed for a dot, and only ASCII’s white space',
    ],
    async isRight(things) {
      await things.insertOne({ a: 'Ж' });
      return (await codeOf(things.find({ a: { $regex: '^\\p{L}' } }).toArray())) === undefined;
    },
  },
];
