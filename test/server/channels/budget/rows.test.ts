/** Rows of budgets in a real store, as processes with clocks of their own see them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callBudgetModel } from '../../../../server/channels/budget/callBudget.model.ts';
import { createCallBudgets, type TokenBudget } from '../../../../server/channels/budget/callBudgets.ts';
import { reservePlaces } from '../../../../server/channels/budget/plan.ts';
import { rowsInDatabase } from '../../../../server/channels/budget/rows.ts';
import { connectDatabase } from '../../../../server/storage/database.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
  await store.build([callBudgetModel(store.connection)] as never);
});
afterAll(() => store[Symbol.asyncDispose]());

const DAY_MS = 24 * 3600_000;
const rowOf = (key: string) => callBudgetModel(store.connection).findById(key).lean();

describe('two processes over one database', () => {
  it('never get the same place', async () => {
    await using own = await connectedAgain();
    const all = await Promise.all(
      [store.connection, own.connection].map(async (connection, index) => {
        // Monotonic clocks start anywhere.
        const rows = rowsInDatabase(callBudgetModel(connection), () => performance.now() + index * DAY_MS);
        const places: number[] = [];
        for (let round = 0; round < 10; round += 1)
          places.push(
            ...(await rows.change('same', (row, nowMs) => {
              const wanted = { answering: 3, reading: 0, sending: 0 };
              const { row: after, placesAtMs } = reservePlaces(row, { nowMs, perSecond: 19, wanted });
              return { row: after, result: placesAtMs };
            })),
          );
        return places;
      }),
    );
    const places = all.flat().sort((left, right) => left - right);
    expect(places).toHaveLength(60);
    const gaps = places.slice(1).map((atMs, index) => atMs - places[index]!);
    expect(Math.min(...gaps)).toBeGreaterThan(1000 / 19 - 0.001);
  });

  it('cost few writes: several places are reserved by one', async () => {
    await using own = await connectedAgain();
    const token: TokenBudget = { key: 'counted', perSecond: 200 };
    const made = await Promise.all(
      [store.connection, own.connection].map(async (connection) => {
        const budgets = createCallBudgets(rowsInDatabase(callBudgetModel(connection)));
        await Promise.all(Array.from({ length: 60 }, () => budgets.wait(token, { purpose: 'sending' })));
        return 60;
      }),
    );
    const calls = made.reduce((sum, each) => sum + each, 0);
    expect((await rowOf('counted'))!.rev).toBeLessThan(calls / 2);
  });
});

it('goes on when a row was written by a database whose clock was a day ahead', async () => {
  const at = new Date();
  await callBudgetModel(store.connection).create({
    _id: 'ahead',
    rev: 1,
    at,
    nextAtMs: at.getTime() + DAY_MS,
    readingAtMs: at.getTime() + DAY_MS,
    slowUntilMs: at.getTime() + DAY_MS,
  });
  const budgets = createCallBudgets(rowsInDatabase(callBudgetModel(store.connection)));
  const startedAt = performance.now();
  await budgets.wait({ key: 'ahead', perSecond: 19 }, { purpose: 'reading' });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

it('fails a call as not sent when the database is away', async () => {
  const own = await connectDatabase(store.uri);
  const budgets = createCallBudgets(rowsInDatabase(callBudgetModel(own)));
  await own.close();
  await expect(budgets.wait({ key: 'away', perSecond: 19 }, { purpose: 'sending' })).rejects.toMatchObject({
    failure: { kind: 'notSent' },
  });
});

async function connectedAgain() {
  const connection = await connectDatabase(store.uri);
  return { connection, [Symbol.asyncDispose]: () => connection.close() };
}
