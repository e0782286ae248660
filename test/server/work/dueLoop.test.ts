import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DueLoop,
  type DueLoopOptions,
  type NextLook,
  startDueLoop,
  systemClock,
} from '../../../server/work/dueLoop.ts';
import { createHandClock, type HandClock, turnOfLoop } from './handClock.ts';

const POLL_MS = 500;

interface OpenLook {
  end(next?: NextLook): Promise<void>;
  fail(error: Error): Promise<void>;
  stopping: AbortSignal;
}

let clock: HandClock;
let looks: OpenLook[];
let failures: unknown[];
let loop: DueLoop;
beforeEach(() => {
  clock = createHandClock();
  looks = [];
  failures = [];
});
afterEach(async () => {
  const stopped = loop.stop();
  await looks.at(-1)?.end();
  await stopped;
});

/** Each look stays open until the test ends it. */
function start(options: Partial<DueLoopOptions> = {}): DueLoop {
  loop = startDueLoop({
    look: (stopping) =>
      new Promise<NextLook>((resolve, reject) => {
        looks.push({
          stopping,
          end: (next) => {
            resolve(next);
            return turnOfLoop();
          },
          fail: (error) => {
            reject(error);
            return turnOfLoop();
          },
        });
      }),
    pollMs: POLL_MS,
    logFailure: (error) => failures.push(error),
    clock,
    ...options,
  });
  return loop;
}
async function started(options?: Partial<DueLoopOptions>): Promise<DueLoop> {
  start(options);
  await turnOfLoop();
  return loop;
}

describe('a loop that nobody wakes', () => {
  it('looks at once, and again one poll after each look has ended', async () => {
    await started();
    expect(looks).toHaveLength(1);
    await clock.pass(10 * POLL_MS);
    expect(looks).toHaveLength(1);
    await looks[0]!.end();
    await clock.pass(POLL_MS - 1);
    expect(looks).toHaveLength(1);
    await clock.pass(1);
    expect(looks).toHaveLength(2);
  });

  it('starts with the first poll when its caller has just looked by itself', async () => {
    await started({ firstLook: 'afterPoll' });
    expect(looks).toHaveLength(0);
    await clock.pass(POLL_MS);
    expect(looks).toHaveLength(1);
  });

  it('looks again at once while a look returns that there may be more', async () => {
    await started();
    await looks[0]!.end('again');
    await looks[1]!.end('again');
    expect(looks).toHaveLength(3);
    await looks[2]!.end();
    expect(looks).toHaveLength(3);
    expect(clock.waitsMs()).toEqual([POLL_MS]);
  });

  it('looks at the time that a look returns, at the latest at the next poll', async () => {
    await started();
    await looks[0]!.end({ at: new Date(clock.nowMs() + 120) });
    expect(clock.waitsMs()).toEqual([120]);
    await clock.pass(120);
    await looks[1]!.end({ at: new Date(clock.nowMs() + 3 * POLL_MS) });
    expect(clock.waitsMs()).toEqual([POLL_MS]);
    await clock.pass(POLL_MS);
    await looks[2]!.end({ at: new Date(clock.nowMs() - 1) });
    expect(looks).toHaveLength(4);
  });
});

describe('a wake', () => {
  it('causes a look at once, instead of the next poll', async () => {
    await started();
    await looks[0]!.end();
    loop.wake();
    await turnOfLoop();
    expect(looks).toHaveLength(2);
    expect(clock.waitsMs()).toEqual([]);
  });

  it('during a look causes another look, since the running one may have missed the new work', async () => {
    await started();
    loop.wake();
    expect(looks).toHaveLength(1);
    await looks[0]!.end();
    expect(looks).toHaveLength(2);
  });

  it.each(Array.from({ length: 12 }, (_, turns) => turns))(
    'is not lost %i turns after the last query of a look was answered',
    async (turns) => {
      let answered = () => {};
      let asked = 0;
      await started({
        look: async () => {
          asked += 1;
          await new Promise<void>((resolve) => {
            answered = resolve;
          });
        },
      });
      answered();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      loop.wake();
      await turnOfLoop();
      expect(asked).toBe(2);
      answered();
    },
  );

  it('shares one look with other wakes of the same moment, and the next one with later wakes', async () => {
    await started();
    for (let time = 0; time < 1_000; time += 1) loop.wake();
    await looks[0]!.end();
    expect(looks).toHaveLength(2);
    await looks[1]!.end();
    for (let time = 0; time < 1_000; time += 1) loop.wake();
    await turnOfLoop();
    expect(looks).toHaveLength(3);
    await looks[2]!.end();
    expect(looks).toHaveLength(3);
  });
});

describe('a look that fails', () => {
  const away = new Error('the store is away');

  it('is logged and retried after a wait, also when the loop was woken meanwhile', async () => {
    await started({ retryMs: 50 });
    loop.wake();
    await looks[0]!.fail(away);
    expect(failures).toEqual([away]);
    expect(looks).toHaveLength(1);
    expect(clock.waitsMs()).toEqual([50]);
    await clock.pass(50);
    expect(looks).toHaveLength(2);
    await looks[1]!.end();
    expect(clock.waitsMs()).toEqual([POLL_MS]);
  });

  it('is retried at the next poll when no retry time is set', async () => {
    await started();
    await looks[0]!.fail(away);
    expect(clock.waitsMs()).toEqual([POLL_MS]);
  });

  it('is logged once for the same error, and again for another error or after a success', async () => {
    await started();
    const fails = async (error: Error) => {
      await looks.at(-1)!.fail(error);
      await clock.pass(POLL_MS);
    };
    await fails(away);
    await fails(new Error('the store is away'));
    expect(failures).toHaveLength(1);
    const other = new Error('the index is gone');
    await fails(other);
    expect(failures).toEqual([away, other]);
    await looks.at(-1)!.end();
    await clock.pass(POLL_MS);
    await fails(other);
    expect(failures).toEqual([away, other, other]);
  });

  it('may also throw synchronously', async () => {
    await started({
      look: () => {
        throw away;
      },
    });
    expect(failures).toEqual([away]);
    expect(clock.waitsMs()).toEqual([POLL_MS]);
  });
});

describe('a loop that is stopped', () => {
  it('ends when the running look ends, and does not look again', async () => {
    await started();
    let isStopped = false;
    const stopped = loop.stop().then(() => {
      isStopped = true;
    });
    loop.wake();
    await turnOfLoop();
    expect(looks[0]!.stopping.aborted).toBe(true);
    expect(isStopped).toBe(false);
    await looks[0]!.end('again');
    await stopped;
    loop.wake();
    await clock.pass(10 * POLL_MS);
    expect(looks).toHaveLength(1);
    expect(clock.waitsMs()).toEqual([]);
  });

  it('sets no timer when its last look fails', async () => {
    await started();
    const stopped = loop.stop();
    await looks[0]!.fail(new Error('the store is closed'));
    await stopped;
    expect(clock.waitsMs()).toEqual([]);
  });

  it('never looks when it is stopped before its first look', async () => {
    await start().stop();
    await clock.pass(10 * POLL_MS);
    expect(looks).toHaveLength(0);
  });

  it('ends at once between two looks, and may be stopped again', async () => {
    await started();
    await looks[0]!.end();
    await loop.stop();
    await loop.stop();
    await clock.pass(10 * POLL_MS);
    expect(looks).toHaveLength(1);
  });
});

it('reports that it is running from the first successful look until it is stopped', async () => {
  await started();
  expect(loop.isRunning()).toBe(false);
  await looks[0]!.fail(new Error('the store is away'));
  expect(loop.isRunning()).toBe(false);
  await clock.pass(POLL_MS);
  await looks[1]!.end();
  expect(loop.isRunning()).toBe(true);
  await clock.pass(POLL_MS);
  await looks[2]!.fail(new Error('the store is away'));
  expect(loop.isRunning()).toBe(true);
  const stopped = loop.stop();
  expect(loop.isRunning()).toBe(false);
  await stopped;
});

describe('the timer of a loop', () => {
  it.each([true, false])('keeps the process alive: %s', async (keepsProcessAlive) => {
    const count = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = count();
    start({
      firstLook: 'afterPoll',
      pollMs: 3_600_000,
      keepsProcessAlive,
      clock: systemClock,
    });
    expect(count() - before).toBe(keepsProcessAlive ? 1 : 0);
    await loop.stop();
    expect(count()).toBe(before);
  });
});
