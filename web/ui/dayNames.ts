/** The days' short names, Monday first. */
export function dayNames(locale: string): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  // 5 January 1970 was a Monday.
  return Array.from({ length: 7 }, (_, at) => format.format(Date.UTC(1970, 0, 5 + at)));
}
