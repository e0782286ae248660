/**
 * Clocks of time zones, from the runtime's own data. A local time is a number too: the timestamp at which a UTC clock
 * would show it.
 */

const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** Creating a format is slow; using it is fast. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** The local time of the zone at that moment. */
export function localMsAt(zone: string, atMs: number): number {
  const read = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatOf(zone).formatToParts(atMs))
    if (type in read) read[type as keyof typeof read] = Number(value);
  const seconds = Date.UTC(read.year, read.month - 1, read.day, read.hour, read.minute, read.second);
  return seconds + (((atMs % 1000) + 1000) % 1000);
}

export function offsetMsAt(zone: string, atMs: number): number {
  return localMsAt(zone, atMs) - atMs;
}

/**
 * The moments at which the zone's clocks show that time: two when the clocks were put back over it. When they were
 * put forward over it, the moment of that change.
 */
export function momentsOf(zone: string, localMs: number): number[] {
  // No zone is further than this from UTC, and none changes twice within that time.
  const [beforeMs, afterMs] = [localMs - DAY_MS, localMs + DAY_MS];
  const offsets = [offsetMsAt(zone, beforeMs), offsetMsAt(zone, afterMs)];
  const moments = [...new Set(offsets.map((offsetMs) => localMs - offsetMs))]
    .filter((atMs) => localMsAt(zone, atMs) === localMs)
    .sort((a, b) => a - b);
  return moments.length > 0 ? moments : [changeBetween(zone, beforeMs, afterMs)];
}

/**
 * The periods, in order, in which the zone's clocks show a time from `fromLocalMs` to `toLocalMs`, at most a day
 * later: none when the clocks were put forward over all of it, two when they were put back within it.
 */
export function periodsOf(zone: string, fromLocalMs: number, toLocalMs: number): [number, number][] {
  const [beforeMs, afterMs] = [fromLocalMs - DAY_MS, toLocalMs + DAY_MS];
  const [before, after] = [offsetMsAt(zone, beforeMs), offsetMsAt(zone, afterMs)];
  if (before === after) return [[fromLocalMs - before, toLocalMs - before]];
  const changeMs = changeBetween(zone, beforeMs, afterMs);
  const periods: [number, number][] = [
    [fromLocalMs - before, Math.min(toLocalMs - before, changeMs)],
    [Math.max(fromLocalMs - after, changeMs), toLocalMs - after],
  ];
  return periods.filter(([fromMs, toMs]) => fromMs < toMs);
}

/** The last moment at or before `atMs` at which the zone's clocks showed a whole hour, or were changed to this hour. */
export function startOfHour(zone: string, atMs: number): number {
  const HOUR_MS = 60 * MINUTE_MS;
  const localMs = localMsAt(zone, atMs);
  return atMs - (((localMs % HOUR_MS) + HOUR_MS) % HOUR_MS);
}

function changeBetween(zone: string, fromMs: number, toMs: number): number {
  const offsetMs = offsetMsAt(zone, fromMs);
  let [earlier, later] = [Math.floor(fromMs / MINUTE_MS), Math.ceil(toMs / MINUTE_MS)];
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2);
    if (offsetMsAt(zone, middle * MINUTE_MS) === offsetMs) earlier = middle;
    else later = middle;
  }
  return later * MINUTE_MS;
}
