/** Replies, answers and resolutions: columns by day or week, and the same numbers by day in a table. */
import type { Report } from '../../shared/schemas/report.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { shortDate } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import { columnsOf } from './columns.ts';
import styles from './ReportsPage.module.css';
import { ReportTable } from './ReportTable.tsx';

const HEIGHT = 100;
const GROUP = 10;
const allSeries = ['replies', 'answers', 'resolved'] as const;

export interface DaysChartProps {
  days: Report['days'];
  /** Clients write to the company: no person has replies. */
  isOfPerson: boolean;
}

export function DaysChart({ days, isOfPerson }: DaysChartProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const series = allSeries.filter((name) => !isOfPerson || name !== 'replies');
  const { columns, isByWeek } = columnsOf(days);
  const most = Math.max(1, ...columns.flatMap((column) => series.map((name) => column[name])));
  const isEmpty = days.every((day) => series.every((name) => day[name] === 0));
  // Noon, so that no time zone of a browser shows the day before.
  const dateText = (date: string) => shortDate(`${date}T12:00:00`, locale);
  const columnText = (date: string) =>
    isByWeek ? t('reports.weekFrom', { date: dateText(date) }) : dateText(date);
  const [first, last] = [days[0], days.at(-1)];
  return (
    <ReportTable
      title={t('reports.days')}
      fileName="days.csv"
      columns={[t('reports.day'), ...series.map((name) => t(`reports.figure.${name}`))]}
      isFolded
      rows={
        isEmpty
          ? []
          : days.map((day) => ({
              key: day.date,
              head: dateText(day.date),
              headText: day.date,
              cells: series.map((name) => String(day[name])),
            }))
      }
    >
      <ul className={styles.legend}>
        {series.map((name) => (
          <li key={name} data-series={name}>
            {t(`reports.figure.${name}`)}
          </li>
        ))}
        <li className={styles.faint}>
          {t(isByWeek ? 'reports.mostOfWeeks' : 'reports.most', { count: most.toLocaleString(locale) })}
        </li>
      </ul>
      <svg
        role="img"
        aria-label={t(isByWeek ? 'reports.weeks.about' : 'reports.days.about')}
        className={styles.columns}
        viewBox={`0 0 ${columns.length * GROUP} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {columns.map((column, at) => (
          <g key={column.date}>
            <title>
              {`${columnText(column.date)}: ${series.map((name) => `${t(`reports.figure.${name}`)} ${column[name]}`).join(', ')}`}
            </title>
            {series.map((name, which) => {
              const height = (column[name] / most) * HEIGHT;
              return (
                <rect
                  key={name}
                  data-series={name}
                  x={at * GROUP + 0.5 + which * 3}
                  y={HEIGHT - height}
                  width={2.6}
                  height={height}
                />
              );
            })}
          </g>
        ))}
      </svg>
      <div className={styles.ends} aria-hidden>
        <span>{first && dateText(first.date)}</span>
        <span>{last && dateText(last.date)}</span>
      </div>
    </ReportTable>
  );
}
