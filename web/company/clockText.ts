/** Minutes of a day as a clock shows them and as a time field gives them. */
import { MINUTES_OF_DAY } from '../../shared/schemas/company.ts';

export function toClock(minute: number): string {
  const shown = minute % MINUTES_OF_DAY;
  return `${String(Math.floor(shown / 60)).padStart(2, '0')}:${String(shown % 60).padStart(2, '0')}`;
}

/** Null for what is no time. */
export function fromClock(text: string): number | null {
  const [, hour, minute] = /^(\d{2}):(\d{2})/.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return null;
  return Number(hour) * 60 + Number(minute);
}

/** Midnight as an end is the day's last. */
export function endFromClock(text: string): number | null {
  const minute = fromClock(text);
  return minute === 0 ? MINUTES_OF_DAY : minute;
}
