import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { followDatabaseClock } from '../../../server/storage/databaseClock.ts';
import { currentTimeMs, ownClockAheadMs, setCurrentTime } from '../../../server/work/clock.ts';
import { withShiftedClock } from '../../support/shiftedClock.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

/** A measurement errs by half its round trip; the rest is for a busy machine. */
const ABOUT_MS = 900;
const DAY_MS = 86_400_000;

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => store?.[Symbol.asyncDispose]());
afterEach(() => setCurrentTime(null));

/** A database whose clock is off by so much; lines of the log are kept. */
function database(aheadMs: number, delayMs = 0) {
  const lines: { level: number; msg: string; aheadSeconds?: number }[] = [];
  const state = { aheadMs, delayMs };
  return {
    state,
    lines,
    ask: async () => {
      await new Promise((resolve) => setTimeout(resolve, state.delayMs));
      return { localTime: new Date(Date.now() + state.aheadMs) };
    },
    logger: pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  };
}

it('gives the process its own clock back when nobody follows any more', async () => {
  const one = database(DAY_MS);
  const [first, second] = [await followDatabaseClock(one), await followDatabaseClock(one)];
  await first.stop();
  expect(Math.abs(ownClockAheadMs() + DAY_MS)).toBeLessThan(ABOUT_MS);
  await second.stop();
  expect(ownClockAheadMs()).toBe(0);
});

it.each([
  ['a day ahead', DAY_MS],
  ['15 seconds behind', -15_000],
])('goes by the time of the database when the own clock is %s', async (_, shiftMs) => {
  await withShiftedClock(shiftMs, async () => {
    const admin = store.connection.getClient().db('admin');
    const clock = await followDatabaseClock({
      ask: (command) => admin.command(command),
      logger: pino({ level: 'silent' }),
    });
    expect(Math.abs(Date.now() - shiftMs - currentTimeMs())).toBeLessThan(ABOUT_MS);
    expect(Math.abs(ownClockAheadMs() - shiftMs)).toBeLessThan(ABOUT_MS);
    await clock.stop();
  });
});

it('keeps the right time when the own clock jumps later', async () => {
  const clock = await followDatabaseClock(database(0));
  const before = currentTimeMs();
  withShiftedClock(DAY_MS, () => expect(currentTimeMs() - before).toBeLessThan(ABOUT_MS));
  await clock.stop();
});

it('leaves a small difference alone, and one that a slow answer explains', async () => {
  const small = await followDatabaseClock(database(300));
  expect(Math.abs(ownClockAheadMs())).toBeLessThan(50);
  await small.stop();
  const slow = await followDatabaseClock(database(-650, 200));
  expect(Math.abs(ownClockAheadMs())).toBeLessThan(50);
  await slow.stop();
});

it('watches: says once that the machine is off by more than 5 s, and once that it is right again', async () => {
  const db = database(-4_000);
  const clock = await followDatabaseClock({ ...db, lookEveryMs: 5 });
  expect(db.lines).toEqual([]);
  db.state.aheadMs = -7_000;
  await until('the warning', () => db.lines.length > 0);
  expect(db.lines[0]).toMatchObject({ level: 40, aheadSeconds: 7 });
  await until('the clock to follow', () => ownClockAheadMs() > 6_500);
  db.state.aheadMs = 0;
  await until('the all-clear', () => db.lines.length > 1);
  expect(db.lines[1]).toMatchObject({ level: 30 });
  expect(db.lines).toHaveLength(2);
  await clock.stop();
});

it('goes by its own clock, and says so, when the database tells no time', async () => {
  const { lines, logger } = database(0);
  const clock = await followDatabaseClock({ ask: async () => ({}), logger });
  expect(ownClockAheadMs()).toBe(0);
  expect(lines).toMatchObject([{ level: 40 }]);
  await clock.stop();
});
