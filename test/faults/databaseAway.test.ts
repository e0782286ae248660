import { expect, it } from 'vitest';
import { type Absence, databaseAway } from './databaseAway.ts';

const whole = { missing: [], doubled: [], disordered: [], staleRows: [], webhookFailures: 0 };
/** One answer waited and one was refused meanwhile: each reaches the phone once, in this order. */
const answered = { answersOnPhone: [1, 1], answersOrdered: true };

it.each<[Absence, number]>([
  ['killed', 5_000],
  ['paused', 8_000],
])(
  'recovers by itself after the store was %s, with everything stored once and in order',
  async (absence, awayMs) => {
    const report = await databaseAway(absence, awayMs);
    expect(report).toMatchObject({ ...whole, ...answered, socketDrops: 0, readyzWhileAway: [503] });
    expect(report.stored).toBe(report.sent);
    expect(report.resumesAsked).toBeGreaterThan(0);
    expect(report.agentCall).toMatchObject({ status: 503, code: 'storeUnavailable' });
    expect(Math.max(report.agentCall.ms, report.slowestReadMs)).toBeLessThan(12_000);
    expect(report.readyAfterMs).toBeLessThan(5_000);
  },
  120_000,
);
