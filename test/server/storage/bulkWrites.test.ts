import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  askUntilKnown,
  insertEach,
  isDuplicate,
  throwUnless,
  upsertEach,
  writeEach,
} from '../../../server/storage/bulkWrites.ts';
import { classifyStoreError } from '../../../server/storage/classifyStoreError.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { storeFaults } from '../../support/storeFaults.ts';
import { writesTo } from '../../support/storeProxy.ts';

let store: FaultyStore;
const rows = () => store.connection.collection<{ _id: string; at: number }>('rows');
const stored = async () =>
  (await store.direct.collection<{ _id: string }>('rows').find().sort({ _id: 1 }).toArray()).map(
    ({ _id }) => _id,
  );
const kindsOf = (outcomes: { kind: string }[]) => outcomes.map(({ kind }) => kind);

beforeAll(async () => {
  store = await openFaultyStore();
});
beforeEach(async () => {
  store.proxy.heal();
  await rows().deleteMany({});
});
afterAll(() => store[Symbol.asyncDispose]());

it('tells the refused operations of a bulk from the written ones', async () => {
  await rows().insertOne({ _id: 'b', at: 0 });
  const outcomes = await insertEach(rows(), [{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
  expect(outcomes).toMatchObject([
    { kind: 'written' },
    { kind: 'refused', code: 11_000 },
    { kind: 'written' },
  ]);
  expect(() => throwUnless(outcomes, isDuplicate)).not.toThrow();
  expect(() => throwUnless(outcomes)).toThrow('E11000');
  const nothing = await writeEach(rows(), []);
  expect(nothing).toEqual([]);
});

describe.each(storeFaults)('after $kind with the work $work', (fault) => {
  it('nothing is known, although some operations were refused', async () => {
    await rows().insertOne({ _id: 'b', at: 0 });
    for (const write of [
      () => insertEach(rows(), [{ _id: 'a' }, { _id: 'b' }]),
      () =>
        writeEach(rows(), [
          { insertOne: { document: { _id: 'b' } } },
          { deleteOne: { filter: { _id: 'x' } } },
        ]),
    ]) {
      store.proxy.fail(fault, { of: writesTo('rows') });
      const outcomes = await write();
      expect(store.proxy.heal()).toBeGreaterThan(0);
      expect(kindsOf(outcomes)).toEqual(['unknown', 'unknown']);
      expect(() => throwUnless(outcomes, isDuplicate)).toThrow();
    }
  });

  it('what is unknown is asked again until it is known', async () => {
    const documents = ['a', 'b', 'c'].map((_id) => ({ _id }));
    const ask = () =>
      askUntilKnown(documents.length, (which) =>
        insertEach(
          rows(),
          which.map((at) => documents[at]!),
        ),
      );
    store.proxy.fail(fault, { of: writesTo('rows'), times: 2 });
    const { outcomes, repeated } = await ask();
    expect(store.proxy.heal()).toBe(2);
    expect(await stored()).toEqual(['a', 'b', 'c']);
    expect([...repeated]).toEqual([0, 1, 2]);
    expect(kindsOf(outcomes)).toEqual(Array(3).fill(fault.work === 'done' ? 'refused' : 'written'));
  });

  it('what stays unknown is an error that a caller may repeat', async () => {
    store.proxy.fail(fault, { of: writesTo('rows') });
    const error = await askUntilKnown(1, () => insertEach(rows(), [{ _id: 'a' }])).catch(
      (thrown: unknown) => thrown,
    );
    expect(store.proxy.heal()).toBe(3);
    expect(classifyStoreError(error)).toBe('away');
  });
});

it('a document that the driver cannot write is not asked for again', async () => {
  const circular: Record<string, unknown> = { _id: 'c' };
  circular.self = circular;
  let asked = 0;
  const asking = askUntilKnown(1, () => {
    asked += 1;
    return insertEach(rows(), [circular]);
  });
  await expect(asking).rejects.toThrow('circular');
  expect(asked).toBe(1);
});

it('asks a raced upsert once more, and tells a key that is taken from a race', async () => {
  await rows().insertMany([
    { _id: 'older', at: 1 },
    { _id: 'newer', at: 9 },
  ]);
  const newerThan = (_id: string, at: number) => ({
    updateOne: { filter: { _id, at: { $lt: at } }, update: { $set: { at } }, upsert: true },
  });
  store.proxy.fail({ kind: 'racedUpsert', work: 'undone' }, { of: writesTo('rows'), times: 1 });
  const outcomes = await upsertEach(rows(), [newerThan('older', 5), newerThan('newer', 5)]);
  expect(outcomes).toMatchObject([{ kind: 'written' }, { kind: 'refused', code: 11_000 }]);
  expect(await rows().find().sort({ _id: 1 }).toArray()).toEqual([
    { _id: 'newer', at: 9 },
    { _id: 'older', at: 5 },
  ]);
});
