/** Whether a moment is within a company's sending hours, and if not, when the next ones begin. Pure. */
import { type Calendar, createCalendar } from '../../shared/calendar/workingTime.ts';
import type { SendingHours } from '../../shared/schemas/company.ts';

/** The earliest moment within the hours; null when `at` is within them. */
export function nextOpening(hours: SendingHours, zone: string, at: Date): Date | null {
  const openingMs = calendarOf(hours, zone).after(at.getTime(), 0);
  if (openingMs === null)
    throw new Error(`Sending hours that never begin: ${JSON.stringify(hours)} in ${zone}`);
  return openingMs === at.getTime() ? null : new Date(openingMs);
}

const CALENDARS_KEPT = 100;
const known = new Map<string, Calendar>();

function calendarOf(hours: SendingHours, timeZone: string): Calendar {
  const key = `${timeZone} ${JSON.stringify(hours)}`;
  let calendar = known.get(key);
  if (!calendar) {
    const days = [1, 2, 3, 4, 5, 6, 7].map((day) => (hours.daysOfWeek.includes(day) ? hours : null));
    // Holidays are for the company's people. Its clients get messages on them as on any day (ADR 31).
    calendar = createCalendar({ timeZone, days, holidays: [] });
    if (known.size >= CALENDARS_KEPT) known.clear();
    known.set(key, calendar);
  }
  return calendar;
}
