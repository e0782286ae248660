import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRates, type Rates, sendRateModel } from '../../../../server/serviceMessages/sending/rates.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

let store: TestStore;
let rates: Rates;
beforeAll(async () => {
  store = await openTestStore();
  rates = createRates(sendRateModel(store.connection));
});
afterAll(() => store[Symbol.asyncDispose]());

const second = (number: number) => new Date(1_800_000_000_000 + number * 1000);

it('grants no more than the rate in one second, however many processes ask at once', async () => {
  const communityId = new Types.ObjectId();
  const granted = await Promise.all(
    Array.from({ length: 20 }, () => rates.reserve(communityId, 7, 50, second(0))),
  );
  expect(granted.reduce((sum, each) => sum + each, 0)).toBe(50);
});

it('grants the full rate again in the next second, and not before', async () => {
  const communityId = new Types.ObjectId();
  expect(await rates.reserve(communityId, 30, 20, second(0))).toBe(20);
  expect(await rates.reserve(communityId, 1, 20, second(0.9))).toBe(0);
  expect(await rates.reserve(communityId, 30, 20, second(1))).toBe(20);
});

it('knows without a query that a second is spent, and only that second', async () => {
  const communityId = new Types.ObjectId();
  expect(await rates.reserve(communityId, 20, 20, second(0))).toBe(20);
  // All of it was granted, but no request was refused yet.
  expect(rates.isSpent(communityId, second(0))).toBe(false);
  expect(await rates.reserve(communityId, 1, 20, second(0.5))).toBe(0);
  expect(rates.isSpent(communityId, second(0.9))).toBe(true);
  expect(rates.isSpent(communityId, second(1))).toBe(false);
  expect(rates.isSpent(new Types.ObjectId(), second(0.9))).toBe(false);
});

it('grants nothing to a process whose clock is behind', async () => {
  const communityId = new Types.ObjectId();
  await rates.reserve(communityId, 1, 20, second(5));
  expect(await rates.reserve(communityId, 1, 20, second(4))).toBe(0);
});

it('counts each community separately', async () => {
  expect(await rates.reserve(new Types.ObjectId(), 20, 20, second(0))).toBe(20);
  expect(await rates.reserve(new Types.ObjectId(), 20, 20, second(0))).toBe(20);
});
