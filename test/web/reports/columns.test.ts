/** The columns of the chart: days, or weeks where days would be too thin, with the same sums. */
import { expect, it } from 'vitest';
import { columnsOf } from '../../../web/reports/columns.ts';

const daysFrom = (from: string, count: number) =>
  Array.from({ length: count }, (_, nth) => ({
    date: new Date(Date.parse(from) + nth * 86_400_000).toISOString().slice(0, 10),
    replies: 1,
    answers: nth,
    resolved: 0,
  }));

it('are the days of a quarter', () => {
  const days = daysFrom('2026-07-01', 92);
  expect(columnsOf(days)).toEqual({ isByWeek: false, columns: days });
});

it('are the weeks of a year, shorter at its ends', () => {
  // From a Thursday to the Wednesday of a year later.
  const days = daysFrom('2026-01-01', 364);
  const { isByWeek, columns } = columnsOf(days);
  expect(isByWeek).toBe(true);
  expect(columns).toHaveLength(53);
  expect(columns.map(({ replies }) => replies)).toEqual([4, ...Array(51).fill(7), 3]);
  expect(columns.slice(0, 2).map(({ date }) => date)).toEqual(['2026-01-01', '2026-01-05']);
  expect(columns.reduce((sum, { answers }) => sum + answers, 0)).toBe((363 * 364) / 2);
  // The days of the table stay as they were.
  expect(days[0]).toEqual({ date: '2026-01-01', replies: 1, answers: 0, resolved: 0 });
});
