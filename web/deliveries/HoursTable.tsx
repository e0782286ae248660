/** The figures in words and numbers, hour by hour or day by day. */
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './Figures.module.css';
import { type Bucket, figures } from './hourBuckets.ts';

export interface HoursTableProps {
  buckets: readonly Bucket[];
  isByDay: boolean;
  caption: string;
}

export function HoursTable({ buckets, isByDay, caption }: HoursTableProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const moment = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(isByDay ? {} : { hour: '2-digit', minute: '2-digit' }),
  });
  const shown = buckets.filter(({ counts }) => figures.some((figure) => counts[figure] > 0)).reverse();
  return (
    // The keyboard must reach what is scrolled.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls
    <section className={styles.scrolled} tabIndex={0} aria-label={caption}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('deliveries.hours.time')}</th>
            {figures.map((figure) => (
              <th key={figure} scope="col">
                {t(`deliveries.status.${figure}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ startMs, counts }) => (
            <tr key={startMs}>
              <th scope="row">{moment.format(startMs)}</th>
              {figures.map((figure) => (
                <td key={figure}>{counts[figure].toLocaleString(locale)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
