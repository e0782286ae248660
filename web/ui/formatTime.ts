/** Formats times, durations and sizes for people, in the reader's locale and time zone. */

const DAY_MS = 86_400_000;

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** The number of midnights between two times: 0 today, 1 yesterday, negative for the future. */
export function daysAgo(date: Date, now: Date): number {
  return Math.round((startOfDay(now) - startOfDay(date)) / DAY_MS);
}

const formatters = new Map<string, Intl.DateTimeFormat>();
function format(locale: string, key: string, options: Intl.DateTimeFormatOptions, date: Date): string {
  const cacheKey = `${locale}:${key}`;
  let formatter = formatters.get(cacheKey);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, options);
    formatters.set(cacheKey, formatter);
  }
  return formatter.format(date);
}

export function clockTime(iso: string, locale: string): string {
  return format(locale, 'clock', { hour: '2-digit', minute: '2-digit' }, new Date(iso));
}

/** The clock with seconds, for figures that change all the time. */
export function secondsTime(iso: string, locale: string): string {
  return format(locale, 'seconds', { hour: '2-digit', minute: '2-digit', second: '2-digit' }, new Date(iso));
}

/** Short enough for a list row: the clock today, the weekday this week, else the date. */
export function listTime(iso: string, now: Date, locale: string): string {
  const date = new Date(iso);
  const days = daysAgo(date, now);
  if (days <= 0) return clockTime(iso, locale);
  if (days < 7) return format(locale, 'weekday', { weekday: 'short' }, date);
  if (date.getFullYear() === now.getFullYear()) {
    return format(locale, 'day', { day: 'numeric', month: 'short' }, date);
  }
  return format(locale, 'date', { day: '2-digit', month: '2-digit', year: '2-digit' }, date);
}

/** A day with its month's name, and with its year when it is another year. */
export function dayLabel(iso: string, now: Date, locale: string): string {
  const date = new Date(iso);
  return date.getFullYear() === now.getFullYear()
    ? format(locale, 'longDay', { weekday: 'long', day: 'numeric', month: 'long' }, date)
    : format(locale, 'longDate', { day: 'numeric', month: 'long', year: 'numeric' }, date);
}

/** The full date and time, for the tooltip of a short time. */
export function fullTime(iso: string, locale: string): string {
  return format(locale, 'full', { dateStyle: 'long', timeStyle: 'short' }, new Date(iso));
}

export function shortDate(iso: string, locale: string): string {
  return format(locale, 'shortDate', { day: 'numeric', month: 'short', year: 'numeric' }, new Date(iso));
}

/** A time near now: the clock alone when it is today, else with its day. */
export function momentNear(iso: string, now: Date, locale: string): string {
  const date = new Date(iso);
  if (daysAgo(date, now) === 0) return clockTime(iso, locale);
  return format(locale, 'near', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }, date);
}

/** A duration in its largest whole unit: 3 min, 2 h, 5 days. Under a minute counts as one. */
export function duration(ms: number, locale: string): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 60) return unit(minutes, 'minute', locale);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return unit(hours, 'hour', locale);
  return unit(Math.floor(hours / 24), 'day', locale);
}

function unit(value: number, name: 'minute' | 'hour' | 'day', locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
}

/** The length of a recording in minutes and seconds. */
export function playingTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A size in its largest unit, in steps of 1024 bytes. */
export function fileSize(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < units.length - 1) {
    value /= 1024;
    step += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}

/** Short names of the weekdays, Monday first. */
export function dayNames(locale: string): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  // 5 January 1970 was a Monday.
  return Array.from({ length: 7 }, (_, at) => format.format(Date.UTC(1970, 0, 5 + at)));
}
