/** Migration 4 over sums of hours as the older program stored them. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sumDeliveryDays } from '../../../../server/storage/migrations/sumDeliveryDays.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

it('adds up the hours of each day and community once, also after a kill, and keeps what was added since', async () => {
  const db = store.connection.getClient().db(`${store.connection.name}-days`);
  const companyId = new Types.ObjectId();
  const communities = [new Types.ObjectId(), new Types.ObjectId()] as const;
  const hourMs = 3_600_000;
  const startMs = Date.UTC(2026, 0, 1, 20);
  // 25 days by the hour: more than a batch, whose end is in the middle of a day.
  const hours = communities.flatMap((communityId) =>
    Array.from({ length: 600 }, (_, at) => {
      const hour = new Date(startMs + at * hourMs);
      return {
        _id: `${communityId.toHexString()}.${hour.getTime() / hourMs}`,
        companyId,
        communityId,
        hour,
        counts: { sent: 2, 'undelivered:expired': 1 },
        templates: { ':hello': { sent: 1 }, ...(at === 5 ? { ':constructor': { sent: 1 } } : {}) },
        summed: at === 5 ? ['a', 'b'] : [],
      };
    }),
  );
  await db.collection('deliveryHours').insertMany(hours as never);
  const days = db.collection<{ _id: string; counts: Record<string, number> }>('deliveryDays');
  let batches = 2;
  const context = { db, reportProgress: () => {} };
  const killed = sumDeliveryDays.run({
    ...context,
    assertLeaseHeld() {
      if (batches === 0) throw new Error('killed');
      batches -= 1;
    },
  });
  await expect(killed).rejects.toThrow('killed');
  const [first] = await days.find({}).sort({ _id: 1 }).limit(1).toArray();
  await days.updateOne({ _id: first!._id }, { $inc: { 'counts.sent': 5 } });
  await sumDeliveryDays.run({ ...context, assertLeaseHeld: () => {} });

  const found = await days.find({}).sort({ _id: 1 }).toArray();
  // 4 hours of the first day, 24 whole days, 20 hours of the last one.
  expect(found).toHaveLength(2 * 26);
  expect(found.map(({ counts }) => counts.sent)).toEqual(
    [13, 8].flatMap((sent) => [sent, ...Array(24).fill(48), 40]),
  );
  const day = Math.floor(startMs / (24 * hourMs)) + 1;
  expect(found[1]).toEqual({
    _id: `${found[1]!._id.split('.')[0]}.${day}`,
    companyId,
    communityId: new Types.ObjectId(found[1]!._id.split('.')[0]),
    day: new Date(day * 24 * hourMs),
    counts: { sent: 48, 'undelivered:expired': 24 },
    templates: { ':hello': { sent: 24 }, ':constructor': { sent: 1 } },
    summed: [`${startMs / hourMs + 5}.a`, `${startMs / hourMs + 5}.b`],
  });
  await db.dropDatabase();
});
