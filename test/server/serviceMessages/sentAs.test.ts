/** A gateway that does not repeat our id names a message by its own: each receipt is one look-up in an index. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sentAs, serviceMessageModel } from '../../../server/serviceMessages/serviceMessage.model.ts';
import { dropOldIndexes } from '../../../server/storage/oldIndexes.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

const ours = new Types.ObjectId();
const theirs = new Types.ObjectId();
const oldIndex = { 'tries.communityId': 1, 'tries.externalId': 1 } as const;

let store: TestStore;
const messages = () => serviceMessageModel(store.connection).collection;
beforeAll(async () => {
  store = await openTestStore();
  // As an older version left it.
  await messages().createIndex(oldIndex, {
    partialFilterExpression: { 'tries.externalId': { $exists: true } },
  });
  await messages().insertMany(
    Array.from({ length: 300 }, (_, at) => ({
      _id: at as never,
      phoneIndex: String(at),
      senderKey: 'key:1',
      repeatTokens: [String(at)],
      tries: [
        { communityId: theirs, externalId: `vk:${at}` },
        { communityId: at % 2 === 0 ? ours : theirs, ...(at % 3 === 0 ? {} : { externalId: `mid:${at}` }) },
      ],
    })),
  );
  await store.build([serviceMessageModel(store.connection)] as never);
});
afterAll(() => store?.[Symbol.asyncDispose]());

it('finds the messages of one community by the network’s ids', async () => {
  const filter = sentAs(ours, ['mid:4', 'mid:5', 'mid:6', 'mid:8', 'vk:10']);
  const found = await messages()
    .find(filter as never)
    .sort({ _id: 1 })
    .toArray();
  expect(found.map(({ _id }) => _id)).toEqual([4, 8]);
});

it('reads no more than it finds', async () => {
  const explained = await messages()
    .find(sentAs(ours, ['mid:4']) as never)
    .explain('executionStats');
  expect(explained.queryPlanner.winningPlan).toMatchObject({
    inputStage: { stage: 'IXSCAN', indexName: 'tries.externalId_1_tries.communityId_1' },
  });
  expect(explained.executionStats).toMatchObject({ nReturned: 1, totalDocsExamined: 1 });
});

it('has no index of an older version', async () => {
  await dropOldIndexes(store.connection.getClient().db(store.connection.name));
  await dropOldIndexes(store.connection.getClient().db(store.connection.name));
  const names = (await messages().indexes()).map(({ name }) => name);
  expect(names).toContain('tries.externalId_1_tries.communityId_1');
  expect(names).not.toContain('tries.communityId_1_tries.externalId_1');
});
