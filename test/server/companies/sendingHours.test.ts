import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextOpening } from '../../../server/companies/sendingHours.ts';
import { localMsAt, momentsOf } from '../../../shared/calendar/zonedTime.ts';
import { timeZone } from '../../../shared/schemas/common.ts';
import { type SendingHours, sendingHours } from '../../../shared/schemas/company.ts';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const weekdays = [1, 2, 3, 4, 5];
const hours = (from: string, to: string, daysOfWeek = everyDay): SendingHours => {
  const minuteOf = (clock: string) => {
    const [hour, minute] = clock.split(':').map(Number);
    return hour! * 60 + minute!;
  };
  return sendingHours.parse({ fromMinute: minuteOf(from), toMinute: minuteOf(to), daysOfWeek });
};

describe('the next moment within the sending hours', () => {
  it.each<[string, SendingHours, string, string, string | null]>([
    // 25 November 2026 is a Wednesday.
    ['within', hours('09:00', '21:00'), 'Europe/Moscow', '2026-11-25T12:00Z', null],
    ['the first minute', hours('09:00', '21:00'), 'Europe/Moscow', '2026-11-25T06:00Z', null],
    [
      'a second before',
      hours('09:00', '21:00'),
      'Europe/Moscow',
      '2026-11-25T05:59:59Z',
      '2026-11-25T06:00Z',
    ],
    ['the last second', hours('09:00', '21:00'), 'Europe/Moscow', '2026-11-25T17:59:59Z', null],
    ['the end', hours('09:00', '21:00'), 'Europe/Moscow', '2026-11-25T18:00Z', '2026-11-26T06:00Z'],
    [
      'another day there',
      hours('09:00', '21:00'),
      'Asia/Vladivostok',
      '2026-11-25T12:00Z',
      '2026-11-25T23:00Z',
    ],
    [
      'half an hour from UTC',
      hours('09:00', '21:00'),
      'Asia/Kolkata',
      '2026-11-25T00:00Z',
      '2026-11-25T03:30Z',
    ],
    [
      'Friday night',
      hours('09:00', '18:00', weekdays),
      'Europe/Moscow',
      '2026-11-27T15:00Z',
      '2026-11-30T06:00Z',
    ],
    [
      'Sunday there, Saturday here',
      hours('10:00', '12:00', [7]),
      'Pacific/Auckland',
      '2026-11-28T20:00Z',
      '2026-11-28T21:00Z',
    ],
    [
      'one day a week, just over',
      hours('10:00', '12:00', [3]),
      'UTC',
      '2026-11-25T12:00Z',
      '2026-12-02T10:00Z',
    ],
    ['till the end of the day', hours('12:00', '24:00'), 'UTC', '2026-11-25T23:59:59Z', null],
    ['after the end of the day', hours('12:00', '24:00'), 'UTC', '2026-11-26T00:00Z', '2026-11-26T12:00Z'],
    [
      'the whole of some days',
      hours('00:00', '24:00', [1, 3]),
      'UTC',
      '2026-11-26T00:00Z',
      '2026-11-30T00:00Z',
    ],
    // Over midnight.
    ['before midnight', hours('22:00', '02:00'), 'UTC', '2026-11-25T23:30Z', null],
    ['after midnight', hours('22:00', '02:00'), 'UTC', '2026-11-26T01:59:59Z', null],
    ['after its end', hours('22:00', '02:00'), 'UTC', '2026-11-26T02:00Z', '2026-11-26T22:00Z'],
    ['the night that Friday began', hours('22:00', '02:00', [5]), 'UTC', '2026-11-28T01:00Z', null],
    [
      'the night that began on no such day',
      hours('22:00', '02:00', [5]),
      'UTC',
      '2026-11-27T01:00Z',
      '2026-11-27T22:00Z',
    ],
    ['Sunday into Monday', hours('22:00', '02:00', [7]), 'UTC', '2026-11-30T01:00Z', null],
    // Clocks are put forward on 29 March 2026 in Berlin, 02:00 to 03:00, which is 01:00 in UTC.
    [
      'the day before, in winter',
      hours('09:00', '21:00'),
      'Europe/Berlin',
      '2026-03-28T07:59Z',
      '2026-03-28T08:00Z',
    ],
    [
      'that day, in summer',
      hours('09:00', '21:00'),
      'Europe/Berlin',
      '2026-03-28T20:00Z',
      '2026-03-29T07:00Z',
    ],
    [
      'a start that was skipped',
      hours('02:30', '21:00'),
      'Europe/Berlin',
      '2026-03-29T00:30Z',
      '2026-03-29T01:00Z',
    ],
    [
      'hours that were skipped whole',
      hours('02:00', '03:00', [7]),
      'Europe/Berlin',
      '2026-03-29T00:30Z',
      '2026-04-05T00:00Z',
    ],
    // Clocks are put back on 25 October 2026, 03:00 to 02:00: 02:30 is shown at 00:30 and at 01:30 in UTC.
    [
      'the first of the two',
      hours('02:30', '21:00'),
      'Europe/Berlin',
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
    ],
    [
      'the second of the two',
      hours('02:30', '02:45'),
      'Europe/Berlin',
      '2026-10-25T00:50Z',
      '2026-10-25T01:30Z',
    ],
    ['by another half of the year', hours('09:00', '21:00'), 'America/New_York', '2026-03-08T00:00Z', null],
    [
      'the morning after',
      hours('09:00', '21:00'),
      'America/New_York',
      '2026-03-08T03:00Z',
      '2026-03-08T13:00Z',
    ],
  ])('%s', (_what, given, zone, at, opening) => {
    const found = nextOpening(given, zone, new Date(at));
    expect(found?.toISOString() ?? null).toBe(opening && new Date(opening).toISOString());
  });

  it('is within the hours and the first such moment, in any zone and at any time', () => {
    const zones = [
      'Europe/Moscow',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    ];
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        minute,
        minute.map((each) => each + 1),
        fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
        (zone, fromMinute, toMinute, daysOfWeek, atMs) => {
          fc.pre(fromMinute !== toMinute);
          const given = { fromMinute, toMinute, daysOfWeek };
          const opening = nextOpening(given, zone, new Date(atMs));
          if (opening === null) return;
          expect(opening.getTime()).toBeGreaterThan(atMs);
          expect(nextOpening(given, zone, opening)).toBeNull();
          expect(nextOpening(given, zone, new Date(opening.getTime() - 1))).toEqual(opening);
        },
      ),
    );
  });
});

describe('the clocks of a zone', () => {
  it('convert each moment to local time and back to the same moment', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'),
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
        (zone, atMs) => {
          expect(momentsOf(zone, localMsAt(zone, atMs))).toContain(atMs);
        },
      ),
    );
  });
});

describe('hours and zones that are refused', () => {
  it.each<[string, object]>([
    ['no day', { fromMinute: 0, toMinute: 60, daysOfWeek: [] }],
    ['a day twice', { fromMinute: 0, toMinute: 60, daysOfWeek: [1, 1] }],
    ['an eighth day', { fromMinute: 0, toMinute: 60, daysOfWeek: [8] }],
    ['no time at all', { fromMinute: 60, toMinute: 60, daysOfWeek: [1] }],
    ['parts of a minute', { fromMinute: 0.5, toMinute: 60, daysOfWeek: [1] }],
    ['a day that is too long', { fromMinute: 0, toMinute: 1441, daysOfWeek: [1] }],
  ])('%s', (_what, given) => {
    expect(sendingHours.safeParse(given).success).toBe(false);
  });

  it.each(['Europe/Atlantis', '', '+03:00', 'Moscow time'])('the zone "%s"', (zone) => {
    expect(timeZone.safeParse(zone).success).toBe(false);
  });
});
