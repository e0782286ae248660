import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRates, type Rates, sendRateModel } from '../../../../server/serviceMessages/sending/rates.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

/** A process. What its clock shows means nothing; only what passes on it counts. */
function startProcess(shownMs = 0): Rates & { pass(ms: number): void } {
  let nowMs = shownMs;
  return {
    ...createRates(sendRateModel(store.connection), () => nowMs),
    pass(ms) {
      nowMs += ms;
    },
  };
}
const DAY_MS = 24 * 3600_000;

it('grants no more than the rate in one second, however many processes ask at once', async () => {
  const communityId = new Types.ObjectId();
  const granted = await Promise.all(
    Array.from({ length: 20 }, () => startProcess().reserve(communityId, 7, 50)),
  );
  expect(granted.reduce((sum, each) => sum + each, 0)).toBe(50);
});

it('grants the full rate again in the next second, and not before', async () => {
  const communityId = new Types.ObjectId();
  const one = startProcess();
  expect(await one.reserve(communityId, 30, 20)).toBe(20);
  one.pass(999);
  expect(await one.reserve(communityId, 1, 20)).toBe(0);
  one.pass(1);
  expect(await one.reserve(communityId, 30, 20)).toBe(20);
});

it('grants the full rate to the process that was quiet for long', async () => {
  const communityId = new Types.ObjectId();
  const one = startProcess();
  await one.reserve(communityId, 15, 20);
  one.pass(DAY_MS);
  expect(await one.reserve(communityId, 30, 20)).toBe(20);
});

it('lets another process wait for a second at most, whatever the clocks show', async () => {
  const communityId = new Types.ObjectId();
  const ahead = startProcess(DAY_MS);
  const behind = startProcess(0);
  expect(await ahead.reserve(communityId, 20, 20)).toBe(20);
  expect(await behind.reserve(communityId, 1, 20)).toBe(0);
  behind.pass(1_000);
  expect(await behind.reserve(communityId, 30, 20)).toBe(20);
  // The first process has not seen this second begin.
  ahead.pass(1_000);
  expect(await ahead.reserve(communityId, 1, 20)).toBe(0);
  ahead.pass(1_000);
  expect(await ahead.reserve(communityId, 1, 20)).toBe(1);
});

it('goes on after a row that an earlier program wrote with a clock a day ahead', async () => {
  const communityId = new Types.ObjectId();
  const second = Math.floor((Date.now() + DAY_MS) / 1000);
  await sendRateModel(store.connection).create({ _id: communityId, second, taken: 20 });
  const one = startProcess();
  expect(await one.reserve(communityId, 1, 20)).toBe(0);
  one.pass(1_000);
  expect(await one.reserve(communityId, 1, 20)).toBe(1);
});

it('knows without a query that a second is spent, and only that second', async () => {
  const communityId = new Types.ObjectId();
  const one = startProcess();
  expect(await one.reserve(communityId, 20, 20)).toBe(20);
  // All of it was granted, but no request was refused yet.
  expect(one.isSpent(communityId)).toBe(false);
  one.pass(500);
  expect(await one.reserve(communityId, 1, 20)).toBe(0);
  one.pass(400);
  expect(one.isSpent(communityId)).toBe(true);
  one.pass(100);
  expect(one.isSpent(communityId)).toBe(false);
  expect(one.isSpent(new Types.ObjectId())).toBe(false);
});

it('counts each community separately', async () => {
  const one = startProcess();
  expect(await one.reserve(new Types.ObjectId(), 20, 20)).toBe(20);
  expect(await one.reserve(new Types.ObjectId(), 20, 20)).toBe(20);
});
