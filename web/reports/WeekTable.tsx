/** Volumes by weekday and hour: a table whose cells are the darker, the more there was. */
import { useTranslation } from '../i18n/useTranslation.ts';
import { dayNames } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './ReportsPage.module.css';
import { ReportTable } from './ReportTable.tsx';

export function WeekTable({ title, hours }: { title: string; hours: readonly (readonly number[])[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const names = dayNames(locale);
  const most = Math.max(1, ...hours.flat());
  const isEmpty = hours.flat().every((count) => count === 0);
  const times = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);
  return (
    <ReportTable
      title={title}
      fileName="week.csv"
      columns={[t('reports.weekday'), ...times]}
      isFolded
      rows={
        isEmpty
          ? []
          : names.map((name, day) => ({
              key: name,
              head: name,
              headText: name,
              cells: (hours[day] ?? []).map(String),
            }))
      }
    >
      <svg
        role="img"
        aria-label={t('reports.week.about', { title })}
        className={styles.week}
        viewBox="0 0 260 76"
      >
        {names.map((name, day) => (
          <text key={name} x={0} y={day * 10 + 7} className={styles.mark}>
            {name}
          </text>
        ))}
        {hours.map((counts, day) =>
          counts.map((count, hour) => (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: the index is the weekday and the hour
              key={`${day}-${hour}`}
              x={18 + hour * 10}
              y={day * 10}
              width={9}
              height={9}
              rx={1.5}
              className={styles.cell}
              style={{ fillOpacity: count === 0 ? 0.06 : 0.15 + (0.85 * count) / most }}
            >
              <title>{`${names[day]}, ${times[hour]}: ${count.toLocaleString(locale)}`}</title>
            </rect>
          )),
        )}
        {[0, 6, 12, 18].map((hour) => (
          <text key={hour} x={18 + hour * 10} y={76} className={styles.mark}>
            {times[hour]}
          </text>
        ))}
      </svg>
    </ReportTable>
  );
}
