/** Days of a report as moments, by the clocks of the company's zone. */
import { DAY_MS, localMsAt, momentsOf } from '../../shared/calendar/zonedTime.ts';
import { reportLimits } from '../../shared/schemas/report.ts';

export interface Period {
  from: Date;
  /** The first moment after the period. */
  to: Date;
}

export type PeriodOutcome =
  | { kind: 'read'; period: Period; before: Period; dates: string[]; datesBefore: string[] }
  | { kind: 'reversed' }
  | { kind: 'tooLong' };

/** @param from and `to` are local dates; both are inside. */
export function readPeriod(from: string, to: string, timeZone: string): PeriodOutcome {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  if (fromMs > toMs) return { kind: 'reversed' };
  const days = Math.round((toMs - fromMs) / DAY_MS) + 1;
  if (days > reportLimits.days) return { kind: 'tooLong' };
  const midnight = (localMs: number) => midnightOf(timeZone, dateOf(localMs));
  const datesFrom = (localMs: number) =>
    Array.from({ length: days }, (_, at) => dateOf(localMs + at * DAY_MS));
  const start = midnight(fromMs);
  const beforeMs = fromMs - days * DAY_MS;
  return {
    kind: 'read',
    period: { from: start, to: midnight(toMs + DAY_MS) },
    before: { from: midnight(beforeMs), to: start },
    dates: datesFrom(fromMs),
    datesBefore: datesFrom(beforeMs),
  };
}

/** The moment at which the date begins; the first of two when the clocks show midnight twice. */
export function midnightOf(timeZone: string, date: string): Date {
  return new Date(momentsOf(timeZone, Date.parse(date))[0]!);
}

/** The date that has the moment between its midnight and the next one. */
export function dateAt(timeZone: string, at: Date): string {
  const date = dateOf(localMsAt(timeZone, at.getTime()));
  // Clocks that were put back from just after midnight show the former date again.
  const next = dateAfter(date);
  return at >= midnightOf(timeZone, next) ? next : date;
}

export function dateAfter(date: string, days = 1): string {
  return dateOf(Date.parse(date) + days * DAY_MS);
}

/** Where an hour stands in a week and on which day, by the clocks: 0 is Monday. */
export function placeOf(hour: Date, timeZone: string): { date: string; weekday: number; hour: number } {
  const localMs = localMsAt(timeZone, hour.getTime());
  const day = Math.floor(localMs / DAY_MS);
  return {
    date: dateOf(localMs),
    weekday: (((day + 3) % 7) + 7) % 7,
    hour: Math.floor((localMs - day * DAY_MS) / 3_600_000),
  };
}

function dateOf(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 10);
}
