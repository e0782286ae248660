import { expect, it } from 'vitest';
import { gatherCalls } from '../../../server/storage/gatherCalls.ts';
import { until } from '../../support/until.ts';

/** Groups in the order they began; the test ends each by hand. */
function steeredWork() {
  const groups: { calls: number[]; end(error?: Error): void }[] = [];
  const work = (calls: number[]) =>
    new Promise<number[]>((resolve, reject) => {
      groups.push({
        calls,
        end: (error) => (error ? reject(error) : resolve(calls.map((call) => call * 10))),
      });
    });
  return { groups, work, calls: () => groups.map((group) => group.calls) };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

it('runs calls of one tick together, and gives each its own answer', async () => {
  const { groups, work, calls } = steeredWork();
  const call = gatherCalls(work, { most: 10, atOnce: 1 });
  const answers = Promise.all([call(1), call(2), call(3)]);
  await tick();
  expect(calls()).toEqual([[1, 2, 3]]);
  groups[0]!.end();
  expect(await answers).toEqual([10, 20, 30]);
});

it('holds calls that come while it is busy, and then runs them together', async () => {
  const { groups, work, calls } = steeredWork();
  const call = gatherCalls(work, { most: 10, atOnce: 1 });
  const first = call(1);
  await tick();
  const others = [call(2), call(3)];
  await tick();
  expect(calls()).toEqual([[1]]);
  groups[0]!.end();
  await first;
  await until('the next group', () => groups.length === 2);
  expect(calls()).toEqual([[1], [2, 3]]);
  groups[1]!.end();
  expect(await Promise.all(others)).toEqual([20, 30]);
});

it('limits the number of groups at once and the size of a group', async () => {
  const { work, calls } = steeredWork();
  const call = gatherCalls(work, { most: 4, atOnce: 2, sizeOf: (size: number) => size });
  for (const size of [3, 2, 9, 1]) void call(size);
  await tick();
  await tick();
  await tick();
  // The first two are too large together; the third, too large by itself, waits for one of them to end.
  expect(calls()).toEqual([[3], [2]]);
});

it('fails each call of a group that fails, and goes on with the next', async () => {
  const { groups, work, calls } = steeredWork();
  const call = gatherCalls(work, { most: 1, atOnce: 1 });
  const failing = call(1);
  const next = call(2);
  await tick();
  groups[0]!.end(new Error('the store is away'));
  await expect(failing).rejects.toThrow('the store is away');
  await until('the next group', () => groups.length === 2);
  groups[1]!.end();
  expect(await next).toBe(20);
  expect(calls()).toEqual([[1], [2]]);
});
