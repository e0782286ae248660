import { afterEach, expect, it } from 'vitest';
import { currentTime, currentTimeMs, ownClockAheadMs, setCurrentTime } from '../../../server/work/clock.ts';

afterEach(() => setCurrentTime(null));

it('is the own clock of the process until it is set, and from then on goes by itself', () => {
  expect(Math.abs(currentTimeMs() - Date.now())).toBeLessThan(5);
  setCurrentTime(Date.now() - 60_000);
  expect(Math.abs(ownClockAheadMs() - 60_000)).toBeLessThan(50);
  expect(Math.abs(currentTime().getTime() - (Date.now() - 60_000))).toBeLessThan(50);
});
