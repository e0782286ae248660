/** Midnight of a day of the reader's own calendar, some days later. @param isoDay such as 2026-12-31 */
export function startOfDay(isoDay: string, daysLater: number): Date {
  const [year, month, date] = isoDay.split('-').map(Number) as [number, number, number];
  return new Date(year, month - 1, date + daysLater);
}
