/** When things happen: how busy each hour and weekday is, who is on shift, and how long an answer takes. */
import { createCalendar } from '../../shared/calendar/workingTime.ts';
import type { WorkingDays } from '../../shared/schemas/workingTime.ts';
import type { Pick } from './random.ts';
import { team } from './team.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const weekday = { fromMinute: 9 * 60, toMinute: 21 * 60 };
const weekend = { fromMinute: 10 * 60, toMinute: 18 * 60 };
export const sampleDays: WorkingDays = [weekday, weekday, weekday, weekday, weekday, weekend, weekend];
const calendar = createCalendar({ timeZone: 'Europe/Moscow', days: sampleDays, holidays: [] });

/** Moscow keeps one time all the year. */
const MOSCOW_MS = 3 * HOUR_MS;
/** How many cases begin, by the local hour from midnight. */
const busyHours = [2, 1, 0.5, 0.3, 0.3, 0.5, 1, 3, 6, 9, 12, 13, 12, 11, 10, 10, 10, 11, 12, 12, 10, 7, 5, 3];
/** From Monday; seven at the mean have the weight 1. */
const busyDays = [1.2, 1.1, 1.05, 1, 1.05, 0.85, 0.75];

/** Monday is 0. */
function weekdayOf(atMs: number): number {
  return (Math.floor((atMs + MOSCOW_MS) / DAY_MS) + 3) % 7;
}

export function casesOfDay(perDay: number, dayEndMs: number): number {
  return Math.max(1, Math.round(perDay * busyDays[weekdayOf(dayEndMs - DAY_MS / 2)]!));
}

/** A moment of the 24 hours before this one. */
export function momentBefore(pick: Pick, dayEndMs: number): number {
  const hour = pick.weighted(busyHours);
  const atMs = Math.floor((dayEndMs + MOSCOW_MS) / DAY_MS) * DAY_MS + hour * HOUR_MS - MOSCOW_MS;
  const inHourMs = pick.between(0, HOUR_MS - 1000);
  const moment = atMs + inHourMs;
  return moment >= dayEndMs ? moment - DAY_MS : moment;
}

const agents = team.flatMap(({ role }, personNo) => (role === 'agent' ? [personNo] : []));
export const supervisors = team.flatMap(({ role }, no) => (role === 'supervisor' ? [no] : []));
/** How fast each agent is, compared with the others. */
const paceOf = (personNo: number) => [0.7, 1, 1.3, 0.9, 1.6, 0.8][personNo % 6]!;

/** Half of the agents begin early, half late; each has two days off. */
function isOnShift(personNo: number, atMs: number): boolean {
  const hour = ((atMs + MOSCOW_MS) % DAY_MS) / HOUR_MS;
  const isEarly = personNo % 2 === 0;
  return (weekdayOf(atMs) + personNo) % 7 < 5 && (isEarly ? hour < 15.5 : hour >= 14);
}

function agentAt(pick: Pick, atMs: number): number {
  const there = agents.filter((personNo) => isOnShift(personNo, atMs));
  return pick.one(there.length > 0 ? there : agents);
}

export interface Answering {
  atMs: number;
  personNo: number;
  /** Written outside working hours. */
  isNight: boolean;
}

/** Who answers what came at this moment, and when. `personNo`: the agent who has the case. */
export function answeringTo(pick: Pick, askedMs: number, personNo: number | null): Answering {
  if (!calendar.isWorking(askedMs) && pick.chance(0.16)) {
    const atMs = askedMs + pick.longTail(18, 0.7) * MINUTE_MS;
    if (!calendar.isWorking(atMs)) return { atMs, personNo: personNo ?? agentAt(pick, atMs), isNight: true };
  }
  const startMs = calendar.after(askedMs, 0)!;
  const keeps = personNo !== null && isOnShift(personNo, startMs) && pick.chance(0.9);
  const by = keeps ? personNo : agentAt(pick, startMs);
  const minutes = pick.longTail(startMs > askedMs ? 14 : 6, 0.8) * paceOf(by);
  const lateMinutes = pick.chance(0.05) ? pick.between(30, 240) : 0;
  const atMs = calendar.after(startMs, (minutes + lateMinutes) * MINUTE_MS)!;
  return { atMs, personNo: by, isNight: false };
}
