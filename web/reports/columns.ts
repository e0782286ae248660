/** The columns of the chart of days. A day of a long period would be thinner than a line, so weeks are drawn there. */
import type { Report } from '../../shared/schemas/report.ts';

type Day = Report['days'][number];

/** So many days have columns of their own. */
const DAYS_MOST = 100;

export interface Columns {
  isByWeek: boolean;
  /** Each with its first day; weeks begin on Monday, and the first and the last may be shorter. */
  columns: Day[];
}

export function columnsOf(days: readonly Day[]): Columns {
  if (days.length <= DAYS_MOST) return { isByWeek: false, columns: [...days] };
  const columns: Day[] = [];
  for (const day of days) {
    const last = columns.at(-1);
    if (!last || new Date(day.date).getUTCDay() === 1) columns.push({ ...day });
    else for (const name of ['replies', 'answers', 'resolved'] as const) last[name] += day[name];
  }
  return { isByWeek: true, columns };
}
