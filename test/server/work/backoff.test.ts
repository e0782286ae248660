import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, pause } from '../../../server/work/backoff.ts';

const waits = fc.record({
  firstMs: fc.integer({ min: 1, max: 60_000 }),
  mostMs: fc.integer({ min: 1, max: 600_000 }),
  failures: fc.integer({ min: 1, max: 5_000 }),
});
/** Values that `Math.random` may return. */
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const ceilingMs = ({ firstMs, mostMs, failures }: { firstMs: number; mostMs: number; failures: number }) =>
  Math.min(mostMs, firstMs * 2 ** (failures - 1));

describe('a wait before a retry', () => {
  it.each([
    ['full', 0],
    ['equal', 0.5],
  ] as const)('with %s jitter lies between %d of its ceiling and the ceiling', (jitter, least) => {
    fc.assert(
      fc.property(waits, randoms, (given, random) => {
        const ceiling = ceilingMs(given);
        const waitMs = backoffMs({ ...given, jitter, random: () => random });
        expect(waitMs).toBeGreaterThanOrEqual(Math.floor(ceiling * least));
        expect(waitMs).toBeLessThanOrEqual(Math.ceil(ceiling));
        expect(Number.isInteger(waitMs)).toBe(true);
      }),
    );
  });

  it.each(['full', 'equal'] as const)('with %s jitter is never shorter after one more failure', (jitter) => {
    fc.assert(
      fc.property(waits, randoms, (given, random) => {
        const waitMs = (failures: number) => backoffMs({ ...given, failures, jitter, random: () => random });
        expect(waitMs(given.failures + 1)).toBeGreaterThanOrEqual(waitMs(given.failures));
      }),
    );
  });

  it('covers its whole range', () => {
    const given = { firstMs: 1_000, mostMs: 60_000, failures: 3 };
    expect(backoffMs({ ...given, jitter: 'full', random: () => 0 })).toBe(0);
    expect(backoffMs({ ...given, jitter: 'equal', random: () => 0 })).toBe(2_000);
    for (const jitter of ['full', 'equal'] as const)
      expect(backoffMs({ ...given, jitter, random: () => 1 - Number.EPSILON })).toBe(4_000);
  });
});

describe('a pause', () => {
  const HOUR_MS = 3_600_000;

  it('ends after its time', async () => {
    await pause(0, new AbortController().signal);
  });

  it('ends at once when the signal fires, and leaves no timer', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const stopping = new AbortController();
    const paused = pause(HOUR_MS, stopping.signal);
    expect(timers()).toBe(before + 1);
    stopping.abort();
    expect(timers()).toBe(before);
    await paused;
    await pause(HOUR_MS, stopping.signal);
  });
});
