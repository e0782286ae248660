import fc from 'fast-check';
import { type Collection, type Document, Double, Int32, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();

interface Named extends Document {
  _id: unknown;
}
const fresh = () => test.db.collection<Named>(`c${new ObjectId().toHexString()}`);

/** Equal numbers of any type are one id; long texts have cut keys. */
const long = 'x'.repeat(2_000);
const id = fc.constantFrom<unknown>(
  1,
  new Int32(1),
  new Double(2),
  '1',
  '',
  new Date(1),
  `${long}a`,
  `${long}b`,
);
const named = fc.oneof(
  id,
  fc.array(fc.oneof(id, fc.constant(null)), { maxLength: 4 }).map(($in) => ({ $in })),
);
const filter = fc.oneof(
  named.map((wanted) => ({ id: wanted }) as Document),
  fc.record({ id: named, n: fc.constantFrom(1, 2, { $gt: 1 }) }),
  fc.tuple(named, named).map(([a, b]) => ({ $and: [{ id: a }, { id: b }] }) as Document),
);
const one = id.map((wanted) => ({ id: wanted }) as Document);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('insert' as const), id }) },
  // The store chooses which of several matches it changes, so a change names one document or changes all.
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('update' as const, 'delete' as const), filter: one }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('updateAll' as const, 'deleteAll' as const), filter }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('find' as const), filter }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const) }) },
);

/** The same filter on another field, which has the id and no index. */
function asked(of: Document, field: '_id' | 'name'): Document {
  return Object.fromEntries(
    Object.entries(of).map(([key, value]) => {
      if (key === '$and') return [key, (value as Document[]).map((each) => asked(each, field))];
      return [key === 'id' ? field : key, value as unknown];
    }),
  );
}

describe('documents named by their _id', () => {
  it('are those that a full scan finds, whatever was done to them before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const byId = fresh();
        const byWalk = fresh();
        for (const each of steps) {
          expect(await act(byId, each, '_id')).toEqual(await act(byWalk, each, 'name'));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('come once each, though long ids have the same beginning', async () => {
    const things = fresh();
    await things.insertMany([{ _id: `${long}a` }, { _id: `${long}b` }]);
    const found = await things.find({ _id: { $in: [`${long}a`, null, `${long}b`] } as never }).toArray();
    expect(found).toHaveLength(2);
  });

  it('are looked up, and no other document is read', async () => {
    const things = fresh();
    await things.insertMany(Array.from({ length: 50 }, (_, at) => ({ _id: at, even: at % 2 === 0 })));
    await things.createIndex({ even: 1 });
    const examined = async (wanted: Document) => {
      const { executionStats } = await things.find(wanted).explain('executionStats');
      return [executionStats.nReturned, executionStats.totalDocsExamined] as unknown;
    };
    expect(await examined({ _id: 7 })).toEqual([1, 1]);
    expect(await examined({ _id: { $in: [3, 4, 4, 400] }, even: true })).toEqual([1, 2]);
  });
});

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function act(things: Collection<Named>, each: Step, field: '_id' | 'name'): Promise<unknown> {
  switch (each.kind) {
    case 'insert': {
      // In the other field no index keeps ids unique, so the test checks it.
      if (field === 'name' && (await things.countDocuments({ name: each.id })) > 0) return 'taken';
      const document = { ...(field === 'name' ? { _id: new ObjectId() } : { _id: each.id }), name: each.id };
      const done = await things.insertOne({ ...document, n: 1 }).catch((error: { code?: number }) => error);
      return 'code' in done && done.code === 11000 ? 'taken' : 'inserted';
    }
    case 'update':
      return (await things.updateOne(asked(each.filter, field), { $inc: { n: 1 } })).matchedCount;
    case 'updateAll':
      return (await things.updateMany(asked(each.filter, field), { $inc: { n: 1 } })).matchedCount;
    case 'delete':
      return (await things.deleteOne(asked(each.filter, field))).deletedCount;
    case 'deleteAll':
      return (await things.deleteMany(asked(each.filter, field))).deletedCount;
    case 'find': {
      const found = await things.find(asked(each.filter, field)).toArray();
      return found.map(({ name, n }) => JSON.stringify([name, n])).sort();
    }
    case 'drop':
      await things.drop();
      return undefined;
  }
}
