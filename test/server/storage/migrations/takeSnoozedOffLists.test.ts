/** Migration 2 over conversations as the older program stored them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LeaseLostError } from '../../../../server/storage/migrations/migrationLease.ts';
import { takeSnoozedOffLists } from '../../../../server/storage/migrations/takeSnoozedOffLists.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

it('takes snoozed conversations off the open lists, and touches no other, also after a kill', async () => {
  const db = store.connection.getClient().db(`${store.connection.name}-snoozed`);
  const conversations = db.collection<{ _id: number; isResolved: boolean | null }>('conversations');
  const until = new Date(Date.UTC(2030, 0, 1));
  const snoozed = Array.from({ length: 1_500 }, (_, _id) => ({
    _id,
    status: 'snoozed',
    snoozedUntil: until,
    isResolved: false,
  }));
  const others = [
    { _id: 2_001, status: 'open', snoozedUntil: null, isResolved: false },
    { _id: 2_002, status: 'resolved', snoozedUntil: null, isResolved: true },
    { _id: 2_003, status: 'open', snoozedUntil: null, isResolved: null },
  ];
  await conversations.insertMany([...snoozed, ...others] as never);

  let batches = 1;
  const context = { db, reportProgress: () => {} };
  const killed = takeSnoozedOffLists.run({
    ...context,
    assertLeaseHeld() {
      if (batches === 0) throw new LeaseLostError('killed');
      batches -= 1;
    },
  });
  await expect(killed).rejects.toThrow('killed');
  await takeSnoozedOffLists.run({ ...context, assertLeaseHeld: () => {} });
  expect(await conversations.find({}).sort({ _id: 1 }).toArray()).toEqual([
    ...snoozed.map((one) => ({ ...one, isResolved: null })),
    ...others,
  ]);
  await db.dropDatabase();
});
