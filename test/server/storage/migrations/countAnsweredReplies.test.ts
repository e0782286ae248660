/** Migration 3 over conversations as the older program stored them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countAnsweredReplies } from '../../../../server/storage/migrations/countAnsweredReplies.ts';
import { LeaseLostError } from '../../../../server/storage/migrations/migrationLease.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

it('begins where the team had read, and counts the answered as read, also after a kill', async () => {
  const db = store.connection.getClient().db(`${store.connection.name}-answered`);
  const conversations = db.collection<{ _id: number }>('conversations');
  const since = new Date(Date.UTC(2026, 0, 1));
  const old = (_id: number, replyCount: number, readReplyCount: number, waitingSince: Date | null) => ({
    _id,
    replyCount,
    readReplyCount,
    isUnread: readReplyCount < replyCount,
    waitingSince,
  });
  const many = Array.from({ length: 1_500 }, (_, at) => old(at, 2, 1, null));
  const others = [old(2_001, 5, 3, since), old(2_002, 5, 5, since), old(2_003, 0, 0, null)];
  await conversations.insertMany([...many, ...others] as never);

  let batches = 1;
  const context = { db, reportProgress: () => {} };
  const killed = countAnsweredReplies.run({
    ...context,
    assertLeaseHeld() {
      if (batches === 0) throw new LeaseLostError('killed');
      batches -= 1;
    },
  });
  await expect(killed).rejects.toThrow('killed');
  // What a program of the new version wrote meanwhile stays.
  await conversations.updateOne(
    { _id: 1 },
    { $set: { replyCount: 3, isWaiting: true, waitingSince: since } },
  );
  await countAnsweredReplies.run({ ...context, assertLeaseHeld: () => {} });

  const found = await conversations.find({}).sort({ _id: 1 }).toArray();
  expect(found.slice(0, 2)).toEqual([
    { _id: 0, replyCount: 2, waitingSince: null, isWaiting: false, answeredReplyCount: 2 },
    { _id: 1, replyCount: 3, waitingSince: since, isWaiting: true, answeredReplyCount: 2 },
  ]);
  expect(found.slice(-4)).toEqual([
    { _id: 1_499, replyCount: 2, waitingSince: null, isWaiting: false, answeredReplyCount: 2 },
    { _id: 2_001, replyCount: 5, waitingSince: since, isWaiting: true, answeredReplyCount: 3 },
    { _id: 2_002, replyCount: 5, waitingSince: since, isWaiting: true, answeredReplyCount: 5 },
    { _id: 2_003, replyCount: 0, waitingSince: null, isWaiting: false, answeredReplyCount: 0 },
  ]);
  await db.dropDatabase();
});
