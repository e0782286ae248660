/** The budget of one token, shared by two processes: who gets how many of its calls, and when. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCallBudgets, type TokenBudget } from '../../../../server/channels/budget/callBudgets.ts';
import { rowsInMemory } from '../../../../server/channels/budget/rows.ts';
import { CallError, type Purpose } from '../../../../server/channels/calls.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const token: TokenBudget = { key: 'one', perSecond: 19 };

/** Two processes over the same rows. */
function twoProcesses() {
  const rows = rowsInMemory();
  const startedAt = performance.now();
  const made: { purpose: Purpose; atMs: number; process: number }[] = [];
  const processes = [0, 1].map((process) => {
    const budgets = createCallBudgets(rows);
    const call = async (purpose: Purpose, signal?: AbortSignal) => {
      const askedAtMs = performance.now();
      await budgets.wait(token, { purpose, signal });
      const atMs = performance.now() - startedAt;
      made.push({ purpose, atMs, process });
      return performance.now() - askedAtMs;
    };
    return {
      budgets,
      call,
      /** Never stops asking: `lines` calls wait at any time. */
      flood(purpose: Purpose, lines: number) {
        const next = (): void => void call(purpose).then(next, () => undefined);
        for (let line = 0; line < lines; line += 1) next();
      },
    };
  });
  const count = (purpose: Purpose, fromMs: number, toMs: number) =>
    made.filter((each) => each.purpose === purpose && each.atMs >= fromMs && each.atMs < toMs).length;
  return { made, count, one: processes[0]!, other: processes[1]! };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** The most calls that the network counts in any second. */
function mostInASecond(made: { atMs: number }[]): number {
  return Math.max(
    ...made.map(({ atMs }) => made.filter((each) => each.atMs >= atMs && each.atMs < atMs + 1000).length),
  );
}

describe('two processes that send as much as they can', () => {
  it('make all calls that the token allows together, and no more in any second', async () => {
    const { one, other, made, count } = twoProcesses();
    one.flood('sending', 30);
    other.flood('sending', 30);
    await pass(10_000);
    expect(count('sending', 0, 10_000)).toBeGreaterThanOrEqual(185);
    expect(mostInASecond(made)).toBeLessThanOrEqual(20);
  });

  it('take turns', async () => {
    const { one, other, made } = twoProcesses();
    one.flood('sending', 30);
    other.flood('sending', 30);
    await pass(10_000);
    const ofOne = made.filter(({ process }) => process === 0).length / made.length;
    expect(ofOne).toBeGreaterThan(0.3);
    expect(ofOne).toBeLessThan(0.7);
  });
});

describe('while a campaign sends', () => {
  it.each(['answering', 'reading'] as const)(
    'a call for %s goes out within half a second',
    async (purpose) => {
      const { one, other } = twoProcesses();
      one.flood('sending', 100);
      await pass(5_000);
      const waits = [one.call(purpose), other.call(purpose), other.call(purpose)];
      await pass(1_000);
      expect(Math.max(...(await Promise.all(waits)))).toBeLessThan(500);
    },
  );

  it('reading and answers get all that they ask for, and the campaign the rest', async () => {
    const { one, other, count } = twoProcesses();
    one.flood('sending', 100);
    const asked: Promise<number>[] = [];
    for (let second = 0; second < 10; second += 1) {
      for (let each = 0; each < 4; each += 1) asked.push(one.call('reading'), other.call('answering'));
      await pass(1_000);
    }
    await pass(1_000);
    expect(Math.max(...(await Promise.all(asked)))).toBeLessThan(1_000);
    expect(count('sending', 0, 10_000)).toBeGreaterThan(95);
  });

  it('a long history leaves it almost a third', async () => {
    const { one, other, count } = twoProcesses();
    one.flood('sending', 50);
    other.flood('reading', 50);
    await pass(11_000);
    const [reading, sending] = [count('reading', 1_000, 11_000), count('sending', 1_000, 11_000)];
    expect(reading).toBeGreaterThan(120);
    expect(reading).toBeLessThan(140);
    expect(sending).toBeGreaterThan(48);
  });
});

it('keeps the order of the calls of one purpose', async () => {
  const { one } = twoProcesses();
  const order: number[] = [];
  for (let each = 0; each < 12; each += 1) void one.call('answering').then(() => order.push(each));
  await pass(2_000);
  expect(order).toEqual(Array.from({ length: 12 }, (_, each) => each));
});

it('lets a call leave the line, and gives its place to the next', async () => {
  const { one, count } = twoProcesses();
  const leaving = new AbortController();
  one.flood('sending', 5);
  const left = one.call('sending', leaving.signal).catch((error: unknown) => error);
  leaving.abort();
  expect(await left).toMatchObject({ failure: { kind: 'notSent' } });
  expect(await left).toBeInstanceOf(CallError);
  await pass(5_000);
  expect(count('sending', 0, 5_000)).toBeGreaterThanOrEqual(93);
});

it('fails a call that finds no place for long, as not sent', async () => {
  const { one } = twoProcesses();
  one.flood('answering', 500);
  const late = one.call('sending').catch((error: unknown) => error);
  await pass(20_001);
  expect(await late).toMatchObject({ failure: { kind: 'notSent' } });
});

it('slows all processes down when the network says that there were too many calls', async () => {
  const { one, other, count } = twoProcesses();
  one.flood('sending', 30);
  other.flood('sending', 30);
  await pass(2_000);
  await one.budgets.slowDown(token, 10_000);
  await pass(13_000);
  // What the other process had reserved may still go out.
  expect(count('sending', 2_300, 3_000)).toBe(0);
  const slow = count('sending', 3_000, 11_000) / 8;
  expect(slow).toBeGreaterThan(8);
  expect(slow).toBeLessThan(11);
  expect(count('sending', 13_000, 15_000) / 2).toBeGreaterThan(17);
});

it('does not make up for the time in which a process stood still', async () => {
  const { one, made } = twoProcesses();
  one.flood('sending', 100);
  await pass(1_000);
  const before = made.length;
  const now = performance.now();
  // The process is stopped for five seconds: its timers fire late, all at once.
  vi.spyOn(performance, 'now').mockImplementation(() => now + 5_000);
  await pass(60);
  expect(made.length - before).toBeLessThanOrEqual(6);
  vi.restoreAllMocks();
});
