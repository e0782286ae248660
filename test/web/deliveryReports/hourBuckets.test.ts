/** The statistics as they are drawn. */
import { describe, expect, it } from 'vitest';
import { periodOf, toBuckets, total } from '../../../web/deliveryReports/hourBuckets.ts';

const hourMs = 3600_000;
const nowMs = Date.UTC(2026, 2, 10, 10, 20);
const counted = (atMs: number, about: object = {}) => ({
  hour: new Date(atMs).toISOString(),
  sent: 0,
  delivered: 0,
  read: 0,
  expired: 0,
  undelivered: {},
  ...about,
});

describe('the statistics by hour', () => {
  it('cover the last 24 hours, the present one included, when nothing is chosen', () => {
    const period = periodOf(undefined, undefined, nowMs);
    const buckets = toBuckets([counted(Date.UTC(2026, 2, 10, 10), { sent: 3 })], period);
    expect(buckets).toHaveLength(24);
    expect(buckets.at(-1)).toMatchObject({ startMs: Date.UTC(2026, 2, 10, 10), counts: { sent: 3 } });
  });

  it('are per day for more than three days, and never cover more than 31 days', () => {
    const period = periodOf('2025-01-01', '2026-03-10', nowMs);
    expect(period).toMatchObject({ isByDay: true, isCut: true });
    expect(periodOf('2026-03-08', '2026-03-10', nowMs).isCut).toBe(false);
    expect(period.toMs - period.fromMs).toBe(31 * 24 * hourMs);
    const atMs = period.toMs - 30 * hourMs;
    const buckets = toBuckets([counted(atMs, { read: 2 }), counted(atMs + hourMs, { read: 1 })], period);
    expect(buckets.length).toBeLessThanOrEqual(32);
    expect(total(buckets).counts.read).toBe(3);
  });

  it('add up the reasons to all undelivered messages, and leave out other periods', () => {
    const period = periodOf(undefined, undefined, nowMs);
    const buckets = toBuckets(
      [
        counted(Date.UTC(2026, 2, 10, 9), { undelivered: { phoneUnknown: 2, unknown: 1 } }),
        counted(Date.UTC(2026, 2, 10, 8), { undelivered: { phoneUnknown: 4 } }),
        counted(Date.UTC(2026, 2, 1), { undelivered: { phoneUnknown: 100 } }),
      ],
      period,
    );
    expect(total(buckets)).toMatchObject({
      counts: { undelivered: 7 },
      reasons: { phoneUnknown: 6, unknown: 1 },
    });
  });
});
