/** Days of a report as moments, by the clocks of the company's zone. */
import { DAY_MS, localMsAt, momentsOf } from '../../shared/calendar/zonedTime.ts';
import { reportLimits } from '../../shared/schemas/report.ts';

export interface Period {
  from: Date;
  /** The first moment after the period. */
  to: Date;
}

export type PeriodOutcome =
  | { kind: 'read'; period: Period; before: Period; dates: string[] }
  | { kind: 'reversed' }
  | { kind: 'tooLong' };

/** @param from and `to` are local dates; both are inside. */
export function readPeriod(from: string, to: string, timeZone: string): PeriodOutcome {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  if (fromMs > toMs) return { kind: 'reversed' };
  const days = Math.round((toMs - fromMs) / DAY_MS) + 1;
  if (days > reportLimits.days) return { kind: 'tooLong' };
  const midnight = (localMs: number) => new Date(momentsOf(timeZone, localMs)[0]!);
  const start = midnight(fromMs);
  return {
    kind: 'read',
    period: { from: start, to: midnight(toMs + DAY_MS) },
    before: { from: midnight(fromMs - days * DAY_MS), to: start },
    dates: Array.from({ length: days }, (_, at) => dateOf(fromMs + at * DAY_MS)),
  };
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
