/** An index that an earlier version made is built anew, and goes on serving until then. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replaceOldFormat } from '../../../server/search/indexing/rebuild.ts';
import { INDEX_FORMAT, searchStateModels, startBuilding } from '../../../server/search/searchState.model.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const old = { after: null, threads: 40, startedAt: new Date(0) };

it.each([
  ['an index of the first format', { generation: 3, building: null }, 4],
  ['a build of the first format', { generation: null, building: { ...old, generation: 1 } }, 2],
  ['a rebuild of the first format', { generation: 1, building: { ...old, generation: 2 } }, 3],
])('replaces %s', async (_, stored, generation) => {
  const { searchStates } = searchStateModels(store.connection);
  const _id = new Types.ObjectId();
  await searchStates.collection.insertOne({ _id, lease: null, caughtUpAt: null, ...stored } as never);
  await replaceOldFormat(searchStates, _id);
  const { building, generation: inUse } = await searchStates.findById(_id).orFail().lean();
  expect(inUse).toBe(stored.generation);
  expect(building).toMatchObject({ generation, format: INDEX_FORMAT, after: null, threads: 0 });
});

it.each([
  ['an index', { generation: 2, format: INDEX_FORMAT, building: null }],
  ['a build', { generation: 1, building: { ...startBuilding(2), threads: 7 } }],
])('leaves %s of the present format alone', async (_, stored) => {
  const { searchStates } = searchStateModels(store.connection);
  const _id = new Types.ObjectId();
  await searchStates.collection.insertOne({ _id, lease: null, caughtUpAt: null, ...stored } as never);
  const before = await searchStates.findById(_id).lean();
  await replaceOldFormat(searchStates, _id);
  expect(await searchStates.findById(_id).lean()).toEqual(before);
});
