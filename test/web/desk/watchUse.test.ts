import { expect, it } from 'vitest';
import { watchUse } from '../../../web/desk/watchUse.ts';
import { until } from '../../support/until.ts';

it('says away after the time without use, back at the first sign, and away again', async () => {
  const page = new EventTarget();
  const told: boolean[] = [];
  let last: boolean | null = null;
  const setAway = (isAway: boolean) => {
    if (last !== isAway) told.push(isAway);
    last = isAway;
  };
  const stop = watchUse({ setAway }, page as never, 60);
  await until('away', () => told.at(-1) === true);
  page.dispatchEvent(new Event('keydown'));
  expect(told).toEqual([true, false]);
  await until('away again', () => told.length === 3);
  stop();
  page.dispatchEvent(new Event('keydown'));
  expect(told).toEqual([true, false, true]);
});
