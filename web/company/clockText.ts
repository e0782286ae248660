/** Converts between minutes of a day and the value of a time field. */
import { MINUTES_OF_DAY } from '../../shared/schemas/company.ts';

export function toClock(minute: number): string {
  const shown = minute % MINUTES_OF_DAY;
  return `${String(Math.floor(shown / 60)).padStart(2, '0')}:${String(shown % 60).padStart(2, '0')}`;
}

/** Null when the text is not a time. */
export function fromClock(text: string): number | null {
  const [, hour, minute] = /^(\d{2}):(\d{2})/.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return null;
  return Number(hour) * 60 + Number(minute);
}

/** As the end of a period, midnight is the end of the day. */
export function endFromClock(text: string): number | null {
  const minute = fromClock(text);
  return minute === 0 ? MINUTES_OF_DAY : minute;
}
