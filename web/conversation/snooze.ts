/**
 * The snooze presets, in the reader's own day. The times here are only shown: the server counts the end of a snooze,
 * because the clock of a browser may be wrong.
 */
import type { Snooze } from '../../shared/schemas/conversation.ts';

export type SnoozePreset = 'hour' | 'evening' | 'tomorrow' | 'monday' | 'week';

const MORNING_HOUR = 9;
const EVENING_HOUR = 18;

/** What the server is asked for. */
export function snoozeOf(preset: SnoozePreset): Snooze {
  if (preset === 'hour') return { kind: 'minutes', minutes: 60 };
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { kind: 'named', name: preset, timeZone };
}

/** The presets that lie in the future, in order of time, without duplicates. */
export function snoozePresets(now: Date): { preset: SnoozePreset; until: Date }[] {
  const at = (days: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const daysToMonday = (8 - now.getDay()) % 7 || 7;
  const all: { preset: SnoozePreset; until: Date }[] = [
    { preset: 'hour', until: new Date(now.getTime() + 3_600_000) },
    { preset: 'evening', until: at(0, EVENING_HOUR) },
    { preset: 'tomorrow', until: at(1, MORNING_HOUR) },
    { preset: 'monday', until: at(daysToMonday, MORNING_HOUR) },
    { preset: 'week', until: at(7, MORNING_HOUR) },
  ];
  const soonest = now.getTime() + 3_600_000;
  const seen = new Set<number>();
  return all.filter(({ preset, until }) => {
    const isAhead = preset === 'hour' || until.getTime() > soonest;
    const isNew = !seen.has(until.getTime());
    seen.add(until.getTime());
    return isAhead && isNew;
  });
}
