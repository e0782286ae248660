/** When a snooze ends, by the server's clock and in the person's own time zone. Pure. */

import { localMsAt, momentsOf } from '../../../shared/calendar/zonedTime.ts';
import { limits } from '../../../shared/limits.ts';
import type { Snooze } from '../../../shared/schemas/conversation.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MORNING_HOUR = 9;
const EVENING_HOUR = 18;

export interface SnoozeRefused {
  kind: 'refused';
  code: 'snoozeInPast' | 'snoozeTooFar';
}

export function snoozeEnd(snooze: Snooze, now: Date): { kind: 'until'; until: Date } | SnoozeRefused {
  const untilMs = endOf(snooze, now.getTime());
  if (untilMs <= now.getTime()) return { kind: 'refused', code: 'snoozeInPast' };
  if (untilMs > now.getTime() + limits.snoozeDaysMax * DAY_MS)
    return { kind: 'refused', code: 'snoozeTooFar' };
  return { kind: 'until', until: new Date(untilMs) };
}

function endOf(snooze: Snooze, nowMs: number): number {
  switch (snooze.kind) {
    case 'minutes':
      return nowMs + snooze.minutes * MINUTE_MS;
    case 'local':
      return firstMomentOf(snooze.timeZone, Date.parse(`${snooze.localTime}Z`));
    case 'named': {
      const today = Math.floor(localMsAt(snooze.timeZone, nowMs) / DAY_MS);
      const { days, hour } = namedDay(snooze.name, today);
      return firstMomentOf(snooze.timeZone, (today + days) * DAY_MS + hour * HOUR_MS);
    }
  }
}

/** @param today counted from 1 January 1970, which was a Thursday. */
function namedDay(
  name: Extract<Snooze, { kind: 'named' }>['name'],
  today: number,
): { days: number; hour: number } {
  switch (name) {
    case 'evening':
      return { days: 0, hour: EVENING_HOUR };
    case 'tomorrow':
      return { days: 1, hour: MORNING_HOUR };
    case 'monday':
      return { days: 7 - ((today + 3) % 7), hour: MORNING_HOUR };
    case 'week':
      return { days: 7, hour: MORNING_HOUR };
  }
}

/** The clocks of a zone show a time twice when they are put back over it. */
function firstMomentOf(timeZone: string, localMs: number): number {
  const [first] = momentsOf(timeZone, localMs);
  if (first === undefined) throw new Error(`A local time without a moment: ${localMs} in ${timeZone}`);
  return first;
}
