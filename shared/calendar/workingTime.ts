/**
 * Working time by a calendar, as pure functions. A moment is working time when the clocks of the calendar's zone show
 * a time within the hours of its day. Hours that end at or before their start go past midnight, and belong to the day
 * on which they start: a holiday takes away the hours that start on it, and leaves the end of the night before.
 */
import { DAY_MS, localMsAt, periodsOf } from './zonedTime.ts';

const MINUTE_MS = 60_000;

/** Minutes from midnight. The minute `toMinute` is outside. */
export interface DayHours {
  fromMinute: number;
  toMinute: number;
}

export interface CalendarSettings {
  timeZone: string;
  /** Monday first, null for a day off. Null: all hours of all days. */
  days: readonly (DayHours | null)[] | null;
  /** Local dates, such as 2027-01-08. */
  holidays: readonly string[];
}

export interface Calendar {
  /** Milliseconds of working time between two moments; 0 when the second is not later. */
  workingMs(fromMs: number, toMs: number): number;
  /**
   * The earliest moment by which `ms` of working time have passed since `fromMs`; with 0, the next working moment.
   * Null when the calendar has too little working time ahead.
   */
  after(fromMs: number, ms: number): number | null;
  isWorking(atMs: number): boolean;
}

/** How far `after` looks ahead. */
const LOOK_DAYS = 1_500;
const KEPT_DAYS = 2_000;
const DAY_MINUTES = DAY_MS / MINUTE_MS;
const ALL_DAY: DayHours = { fromMinute: 0, toMinute: DAY_MINUTES };

export function createCalendar({ timeZone, days, holidays }: CalendarSettings): Calendar {
  const off = new Set(holidays);
  const known = new Map<number, [number, number][]>();

  /** @param day counted from 1 January 1970, by the local clocks. */
  function periodsOn(day: number): [number, number][] {
    let periods = known.get(day);
    if (!periods) {
      periods = readPeriods(day);
      if (known.size >= KEPT_DAYS) known.clear();
      known.set(day, periods);
    }
    return periods;
  }

  function readPeriods(day: number): [number, number][] {
    const midnightMs = day * DAY_MS;
    // Disjoint local times are disjoint moments, in another order only where the clocks were put back.
    return intervalsOn(day)
      .flatMap(([from, to]) =>
        periodsOf(timeZone, midnightMs + from * MINUTE_MS, midnightMs + to * MINUTE_MS),
      )
      .sort(([a], [b]) => a - b);
  }

  /** The working minutes of one local day, without overlaps: the end of the night before, and the day's own hours. */
  function intervalsOn(day: number): [number, number][] {
    const [before, own] = [hoursOn(day - 1), hoursOn(day)];
    const intervals: [number, number][] = [];
    if (before && before.toMinute <= before.fromMinute) intervals.push([0, before.toMinute]);
    if (own) {
      const end = own.toMinute > own.fromMinute ? own.toMinute : DAY_MINUTES;
      const night = intervals[0];
      if (night && night[1] >= own.fromMinute) night[1] = Math.max(night[1], end);
      else intervals.push([own.fromMinute, end]);
    }
    return intervals;
  }

  function hoursOn(day: number): DayHours | null {
    return off.has(dateOf(day)) ? null : days ? (days[weekdayOf(day)] ?? null) : ALL_DAY;
  }

  const dayAt = (atMs: number) => Math.floor(localMsAt(timeZone, atMs) / DAY_MS);

  /** Parts of working time from a moment on, in order and without overlaps. */
  function* partsFrom(fromMs: number, lastDay: number): Generator<[number, number]> {
    for (let day = dayAt(fromMs); day <= lastDay; day++)
      for (const [startMs, endMs] of periodsOn(day))
        if (endMs > fromMs) yield [Math.max(startMs, fromMs), endMs];
  }

  return {
    workingMs(fromMs, toMs) {
      if (toMs <= fromMs) return 0;
      let sumMs = 0;
      for (const [startMs, endMs] of partsFrom(fromMs, dayAt(toMs))) {
        if (startMs >= toMs) break;
        sumMs += Math.min(endMs, toMs) - startMs;
      }
      return sumMs;
    },
    after(fromMs, ms) {
      let leftMs = ms;
      for (const [startMs, endMs] of partsFrom(fromMs, dayAt(fromMs) + LOOK_DAYS)) {
        if (leftMs <= endMs - startMs) return startMs + leftMs;
        leftMs -= endMs - startMs;
      }
      return null;
    },
    isWorking(atMs) {
      for (const [startMs] of partsFrom(atMs, dayAt(atMs))) return startMs === atMs;
      return false;
    },
  };
}

/** 0 is Monday; 1 January 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
