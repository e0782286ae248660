import { expect, it } from 'vitest';
import { takeover } from './takeover.ts';

it('replaces a killed polling process within ten seconds, and sends its answers once', async () => {
  const report = await takeover();
  expect(report.storedAfterMs).toBeLessThan(10_000);
  expect(report.claimedByTheDead).toBeGreaterThan(0);
  expect(report.onPhones).toEqual([
    ['one', 'two'],
    ['one', 'two'],
    ['one', 'two'],
  ]);
  expect(report.answersSentAfterMs).toBeLessThan(30_000);
  expect(new Set(report.texts).size).toBe(report.texts.length);
}, 120_000);
