import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CalendarSettings,
  createCalendar,
  type DayHours,
} from '../../../shared/calendar/workingTime.ts';
import { localMsAt, startOfHour } from '../../../shared/calendar/zonedTime.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const office: DayHours = { fromMinute: 9 * 60, toMinute: 18 * 60 };
const night: DayHours = { fromMinute: 22 * 60, toMinute: 6 * 60 };
const weekdays = [office, office, office, office, office, null, null];
const moscow = (more: Partial<CalendarSettings> = {}) =>
  createCalendar({ timeZone: 'Europe/Moscow', days: weekdays, holidays: [], ...more });
const at = (iso: string) => Date.parse(iso);
const iso = (ms: number | null) => ms && new Date(ms).toISOString();

describe('working time', () => {
  it('counts the hours of working days, and leaves out nights and weekends', () => {
    // 27 November 2026 is a Friday. 17:00 in Moscow is 14:00 in UTC.
    expect(moscow().workingMs(at('2026-11-27T14:00Z'), at('2026-11-30T07:00Z'))).toBe(2 * HOUR_MS);
    expect(moscow().workingMs(at('2026-11-28T07:00Z'), at('2026-11-29T20:00Z'))).toBe(0);
  });

  it('is never negative: an end before its start, or both outside the hours, is 0', () => {
    expect(moscow().workingMs(at('2026-11-27T14:00Z'), at('2026-11-27T13:00Z'))).toBe(0);
    expect(moscow().workingMs(at('2026-11-27T20:00Z'), at('2026-11-27T21:00Z'))).toBe(0);
  });

  it('starts at the next working minute when a message comes outside the hours', () => {
    expect(iso(moscow().after(at('2026-11-27T20:00Z'), 15 * MINUTE_MS))).toBe('2026-11-30T06:15:00.000Z');
    expect(iso(moscow().after(at('2026-11-27T20:00Z'), 0))).toBe('2026-11-30T06:00:00.000Z');
  });

  it('goes on the next working day when the day is too short', () => {
    expect(iso(moscow().after(at('2026-11-27T14:50Z'), 30 * MINUTE_MS))).toBe('2026-11-30T06:20:00.000Z');
    expect(iso(moscow().after(at('2026-11-27T14:50Z'), 10 * MINUTE_MS))).toBe('2026-11-27T15:00:00.000Z');
  });

  it('leaves out holidays, and a night that began before one still ends on it', () => {
    const holiday = moscow({ holidays: ['2026-11-30'] });
    expect(iso(holiday.after(at('2026-11-27T20:00Z'), 0))).toBe('2026-12-01T06:00:00.000Z');
    const nights = moscow({ days: Array(7).fill(night), holidays: ['2026-11-30'] });
    // From Sunday 22:00 to Monday 06:00, and nothing from Monday 22:00 on.
    expect(nights.workingMs(at('2026-11-29T12:00Z'), at('2026-12-01T12:00Z'))).toBe(8 * HOUR_MS);
  });

  it('has an hour less and an hour more in the nights in which clocks change', () => {
    const berlin = createCalendar({ timeZone: 'Europe/Berlin', days: Array(7).fill(night), holidays: [] });
    const ofNight = (date: string) => berlin.workingMs(at(`${date}T12:00Z`), at(`${date}T12:00Z`) + DAY_MS);
    expect(ofNight('2026-03-27')).toBe(8 * HOUR_MS);
    expect(ofNight('2026-03-28')).toBe(7 * HOUR_MS);
    expect(ofNight('2026-10-24')).toBe(9 * HOUR_MS);
    expect(ofNight('2026-10-25')).toBe(8 * HOUR_MS);
  });

  it('is all time without hours, except for holidays', () => {
    const always = moscow({ days: null, holidays: ['2026-11-30'] });
    expect(always.workingMs(at('2026-11-28T21:00Z'), at('2026-11-30T21:00Z'))).toBe(DAY_MS);
  });

  it('says that a calendar without working time ahead has none', () => {
    expect(moscow({ days: Array(7).fill(null) }).after(at('2026-11-27T14:00Z'), 0)).toBeNull();
  });

  const minute = fc.integer({ min: 0, max: 1439 });
  const hours = fc
    .record({ fromMinute: minute, toMinute: minute.map((each) => each + 1) })
    .filter(({ fromMinute, toMinute }) => fromMinute !== toMinute);
  // Around both clock changes: Berlin and Lord Howe (half an hour) of 2026, and a zone without any.
  const start = fc.constantFrom('2026-03-28', '2026-10-24', '2026-04-04', '2026-10-03').map(at);
  const settings = fc.record({
    timeZone: fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/New_York'),
    days: fc.array(fc.option(hours, { freq: 4 }), { minLength: 7, maxLength: 7 }),
    holidays: fc.subarray([
      '2026-03-28',
      '2026-03-29',
      '2026-10-24',
      '2026-10-25',
      '2026-10-26',
      '2026-04-05',
    ]),
  });

  /** What the clocks show, minute by minute: the meaning of the settings in the plainest words. */
  function isWorkingMinute({ timeZone, days, holidays }: CalendarSettings, atMs: number): boolean {
    const localMs = localMsAt(timeZone, atMs);
    const day = Math.floor(localMs / DAY_MS);
    const minuteOfDay = Math.floor((localMs - day * DAY_MS) / MINUTE_MS);
    const hoursOf = (which: number) => {
      const date = new Date(which * DAY_MS);
      if (holidays.includes(date.toISOString().slice(0, 10))) return null;
      return days![(date.getUTCDay() + 6) % 7] ?? null;
    };
    const [own, before] = [hoursOf(day), hoursOf(day - 1)];
    const isNight = (each: DayHours) => each.toMinute <= each.fromMinute;
    return Boolean(
      (own && minuteOfDay >= own.fromMinute && (isNight(own) || minuteOfDay < own.toMinute)) ||
        (before && isNight(before) && minuteOfDay < before.toMinute),
    );
  }

  it('agrees with a count of minutes, in any zone and over any clock change', () => {
    fc.assert(
      fc.property(
        settings,
        start,
        fc.integer({ min: 0, max: 2 * 1440 }),
        fc.integer({ min: 0, max: 1440 }),
        (given, dayMs, offsetMinutes, lengthMinutes) => {
          const fromMs = dayMs + offsetMinutes * MINUTE_MS;
          const toMs = fromMs + lengthMinutes * MINUTE_MS;
          let counted = 0;
          for (let ms = fromMs; ms < toMs; ms += MINUTE_MS) counted += isWorkingMinute(given, ms) ? 1 : 0;
          const calendar = createCalendar(given);
          expect(calendar.workingMs(fromMs, toMs)).toBe(counted * MINUTE_MS);
          expect(calendar.isWorking(fromMs)).toBe(isWorkingMinute(given, fromMs));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has passed at the moment that is said to end it, and not a moment earlier', () => {
    fc.assert(
      fc.property(
        settings,
        start,
        fc.integer({ min: 0, max: 3 * DAY_MS }),
        fc.integer({ min: 1, max: 20 * HOUR_MS }),
        (given, dayMs, offsetMs, ms) => {
          const calendar = createCalendar(given);
          const endMs = calendar.after(dayMs + offsetMs, ms);
          if (endMs === null) return;
          expect(calendar.workingMs(dayMs + offsetMs, endMs)).toBe(ms);
          expect(calendar.workingMs(dayMs + offsetMs, endMs - 1)).toBe(ms - 1);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the start of an hour', () => {
  it.each([
    ['Asia/Kolkata', '2026-11-25T12:10Z', '2026-11-25T11:30Z'],
    ['Europe/Berlin', '2026-10-25T00:59Z', '2026-10-25T00:00Z'],
    ['Europe/Berlin', '2026-10-25T01:01Z', '2026-10-25T01:00Z'],
  ])('is by the clocks of %s', (zone, moment, hour) => {
    expect(startOfHour(zone, at(moment))).toBe(at(hour));
  });
});
