import fc from 'fast-check';
import { type Collection, type Document, ObjectId } from 'mongodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { keyFields, sortKey } from '../../../../server/storage/embedded/keys/indexKey.ts';
import { openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();

const scalar = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'ab', '') },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(1.5, Number.NaN) },
  { weight: 1, arbitrary: fc.constantFrom(true, new Date(1)) },
);
const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ x: scalar }) },
);
const embedded = fc.oneof(
  { weight: 2, arbitrary: fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }) },
  {
    weight: 2,
    arbitrary: fc.array(fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }), { maxLength: 3 }),
  },
  { weight: 1, arbitrary: scalar },
);
/** At most one field may hold arrays: neither an index nor a sort allows two. */
const document = fc.oneof(
  fc.record({ a: value, b: scalar, c: scalar, d: scalar }, { requiredKeys: [] }),
  fc.record({ a: scalar, b: scalar, c: value, d: scalar }, { requiredKeys: [] }),
  fc.record({ a: scalar, b: scalar, c: scalar, d: embedded }, { requiredKeys: [] }),
);

const condition = fc.oneof(
  scalar,
  scalar.map(($eq) => ({ $eq })),
  fc.constantFrom('$gt', '$gte', '$lt', '$lte').chain((op) => scalar.map((bound) => ({ [op]: bound }))),
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $gte: low, $lte: high })),
  fc.array(scalar, { maxLength: 3 }).map(($in) => ({ $in })),
  scalar.map(($ne) => ({ $ne })),
  fc.boolean().map(($exists) => ({ $exists })),
  fc.array(scalar, { minLength: 1, maxLength: 2 }).map(($all) => ({ $all })),
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $elemMatch: { $gte: low, $lte: high } })),
  fc.constant({ $type: 'number' }),
  fc.constant(/^a/),
  fc.array(scalar, { maxLength: 2 }),
);
const path = fc.constantFrom('a', 'b', 'c', 'd.x', 'd.y');
const clause = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(path, condition).map(([name, wanted]) => ({ [name]: wanted }) as Document),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(scalar, scalar).map(([x, y]) => ({ d: { $elemMatch: { x, y } } }) as Document),
  },
);
const filter = fc.oneof(
  fc.array(clause, { maxLength: 3 }).map((clauses) => Object.assign({}, ...clauses) as Document),
  fc.array(clause, { minLength: 1, maxLength: 3 }).map(($or) => ({ $or }) as Document),
  fc
    .tuple(fc.array(clause, { minLength: 2, maxLength: 3 }), clause)
    .map(([$or, other]) => ({ ...other, $or }) as Document),
  fc.array(clause, { minLength: 1, maxLength: 3 }).map(($and) => ({ $and }) as Document),
);
const direction = fc.constantFrom(1, -1);
const sort = fc.oneof(
  fc.constant({}),
  fc
    .tuple(
      fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd.x'), { minLength: 1, maxLength: 3 }),
      direction,
      direction,
    )
    .map(([names, first, rest]) =>
      Object.fromEntries(names.map((name, at) => [name, at === 0 ? first : rest])),
    ),
);

const indexes: { key: Document; sparse?: boolean; partialFilterExpression?: Document; name?: string }[] = [
  { key: { a: 1 } },
  { key: { b: 1, c: -1 } },
  { key: { a: -1, b: 1 } },
  { key: { b: -1, c: -1, 'd.x': 1 } },
  { key: { 'd.x': 1, 'd.y': 1 } },
  { key: { c: 1 }, sparse: true },
  { key: { c: 1, b: 1 }, partialFilterExpression: { c: { $gt: 1 } } },
  { key: { b: 1 }, partialFilterExpression: { a: { $type: 'number' } } },
];

describe('queries by index', () => {
  let planned: Collection<Document>;
  let plain: Collection<Document>;

  beforeAll(async () => {
    planned = test.db.collection(`planned${new ObjectId().toHexString()}`);
    plain = test.db.collection(`plain${new ObjectId().toHexString()}`);
    await planned.createIndexes(indexes as never);
    const documents = fc.sample(document, { numRuns: 400, seed: 20260 });
    // Documents that an index refuses (two arrays in one index) are left out of both collections.
    for (const [at, each] of documents.entries()) {
      const row = { _id: at as never, ...each };
      const isTaken = await planned.insertOne(row).then(
        () => true,
        () => false,
      );
      if (isTaken) await plain.insertOne(row);
    }
    expect(await plain.countDocuments()).toBeGreaterThan(300);
  });

  it('find what a full scan finds', async () => {
    const property = fc.asyncProperty(filter, async (wanted) => {
      const byIndex = (await planned.find(wanted).toArray())
        .map(({ _id }) => Number(_id))
        .sort((x, y) => x - y);
      const byWalk = (await plain.find(wanted).toArray()).map(({ _id }) => Number(_id)).sort((x, y) => x - y);
      expect(byIndex).toEqual(byWalk);
      expect(await planned.countDocuments(wanted)).toBe(byWalk.length);
    });
    await fc.assert(property, { numRuns: 400 });
  });

  it('give the order of a sort in memory, with limits too', async () => {
    const property = fc.asyncProperty(
      filter,
      sort,
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 3 }),
      async (wanted, order, limit, skip) => {
        const total = { ...order, _id: 1 } as Document;
        const ids = async (collection: Collection<Document>, by: Document) =>
          (
            await collection
              .find(wanted)
              .sort(by as never)
              .limit(limit)
              .skip(skip)
              .toArray()
          ).map(({ _id }) => Number(_id));
        expect(await ids(planned, total)).toEqual(await ids(plain, total));
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it('agree for every index that a hint names', async () => {
    const full = indexes.filter(
      ({ sparse, partialFilterExpression }) => sparse === undefined && partialFilterExpression === undefined,
    );
    const property = fc.asyncProperty(
      filter,
      sort,
      fc.constantFrom(...full),
      async (wanted, order, { key }) => {
        const total = { ...order, _id: 1 } as Document;
        const byHint = (
          await planned
            .find(wanted)
            .sort(total as never)
            .hint(key)
            .toArray()
        ).map(({ _id }) => Number(_id));
        const byWalk = (
          await plain
            .find(wanted)
            .sort(total as never)
            .toArray()
        ).map(({ _id }) => Number(_id));
        expect(byHint).toEqual(byWalk);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it('in an index’s order match a sort in memory', async () => {
    const limit = fc.integer({ min: 0, max: 12 });
    const property = fc.asyncProperty(filter, sort, limit, async (wanted, order, count) => {
      const fields = keyFields(order);
      const places = async (collection: Collection<Document>) => {
        const rows = await collection
          .find(wanted)
          .sort(order as never)
          .limit(count)
          .toArray();
        // Documents with equal sort keys may come in any order.
        return rows.map((row) => (fields.length === 0 ? '' : sortKey(fields, row).toString('hex')));
      };
      expect(await places(planned)).toEqual(await places(plain));
    });
    await fc.assert(property, { numRuns: 400 });
  });
});

const change = fc.oneof(
  fc.tuple(path, value).map(([at, to]) => ({ $set: { [at]: to } }) as Document),
  path.map((at) => ({ $unset: { [at]: '' } }) as Document),
  fc.constantFrom('a', 'b', 'c', 'd.x').map((at) => ({ $inc: { [at]: 1 } }) as Document),
  fc
    .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('c', 'd', 'e'))
    .map(([from, to]) => ({ $rename: { [from]: to } }) as Document),
  scalar.map((a) => ({ $set: { a }, $unset: { b: '' }, $push: { e: 1 } }) as Document),
  document.map((whole) => [{ $set: whole }] as never),
);

describe('changes under indexes', () => {
  it('keep every index in agreement with a full scan', async () => {
    const planned = test.db.collection(`planned${new ObjectId().toHexString()}`);
    const plain = test.db.collection(`plain${new ObjectId().toHexString()}`);
    await planned.createIndexes(indexes as never);
    const rows = Array.from({ length: 20 }, (_, at) => ({ _id: at as never, a: at % 5, b: 1, c: at % 3 }));
    await planned.insertMany(rows);
    await plain.insertMany(rows);
    const which = fc.integer({ min: 0, max: 19 });
    const changes = fc.array(fc.tuple(which, change), { minLength: 1, maxLength: 6 });
    const property = fc.asyncProperty(changes, filter, async (made, wanted) => {
      for (const [at, each] of made) {
        // Documents that an index refuses (two arrays in one index) are left out of both collections.
        const isTaken = await planned.updateOne({ _id: at as never }, each).then(
          () => true,
          () => false,
        );
        if (isTaken) await plain.updateOne({ _id: at as never }, each);
      }
      const ids = async (collection: Collection<Document>, of: Document) =>
        (await collection.find(of).toArray()).map(({ _id }) => Number(_id)).sort((x, y) => x - y);
      expect(await ids(planned, wanted)).toEqual(await ids(plain, wanted));
      for (const { key } of indexes.slice(0, 5)) {
        const all = await planned.find().hint(key).toArray();
        expect(all).toHaveLength(20);
      }
    });
    await fc.assert(property, { numRuns: 100 });
    expect(await planned.find().sort({ _id: 1 }).toArray()).toEqual(
      await plain.find().sort({ _id: 1 }).toArray(),
    );
  });
});
