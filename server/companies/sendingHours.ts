/** Whether a moment is within a company's sending hours, and if not, when the next ones begin. Pure. */
import type { SendingHours } from '../../shared/schemas/company.ts';
import { localMsAt, momentsOf } from './zonedTime.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/**
 * A company may send on one day a week, and a clock change may remove that day's hours: the next week still has them.
 */
const LOOK_DAYS = 15;

/** The earliest moment within the hours; null when `at` is within them. */
export function nextOpening(hours: SendingHours, zone: string, at: Date): Date | null {
  const localMs = localMsAt(zone, at.getTime());
  if (isWithin(hours, localMs)) return null;
  const today = Math.floor(localMs / DAY_MS);
  for (let day = today; day <= today + LOOK_DAYS; day++) {
    if (!hours.daysOfWeek.includes(dayOfWeek(day))) continue;
    const opening = momentsOf(zone, day * DAY_MS + hours.fromMinute * MINUTE_MS).find(
      (moment) => moment > at.getTime() && isWithin(hours, localMsAt(zone, moment)),
    );
    if (opening !== undefined) return new Date(opening);
  }
  throw new Error(`Sending hours that never begin: ${JSON.stringify(hours)} in ${zone}`);
}

function isWithin({ fromMinute, toMinute, daysOfWeek }: SendingHours, localMs: number): boolean {
  const day = Math.floor(localMs / DAY_MS);
  const minute = Math.floor((localMs - day * DAY_MS) / MINUTE_MS);
  if (fromMinute < toMinute)
    return daysOfWeek.includes(dayOfWeek(day)) && minute >= fromMinute && minute < toMinute;
  // Over midnight: the hours belong to the day on which they began.
  if (minute >= fromMinute) return daysOfWeek.includes(dayOfWeek(day));
  return minute < toMinute && daysOfWeek.includes(dayOfWeek(day - 1));
}

/** 1 is Monday. @param day counted from 1 January 1970, which was a Thursday. */
function dayOfWeek(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
