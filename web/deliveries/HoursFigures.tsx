/** How many messages moved, in sums, as a chart and as a table that says the same. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Skeleton } from '@vkontakte/vkui';
import { useMemo } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { useLocale, useNow } from '../ui/useLocale.ts';
import { hoursQuery } from './deliveriesData.ts';
import styles from './Figures.module.css';
import { HoursChart } from './HoursChart.tsx';
import { HoursTable } from './HoursTable.tsx';
import { figures, periodOf, toBuckets, total } from './hourBuckets.ts';
import { useReasonWords } from './words.ts';

export interface HoursFiguresProps {
  from: string | undefined;
  to: string | undefined;
  network: 'vk' | 'ok' | undefined;
}

export function HoursFigures({ from, to, network }: HoursFiguresProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const reasonWords = useReasonWords();
  const nowMs = useNow().getTime();
  const period = periodOf(from, to, nowMs);
  const { data, error, refetch } = useQuery({
    ...hoursQuery(
      { from: new Date(period.fromMs).toISOString(), to: new Date(period.toMs).toISOString() },
      network,
    ),
    placeholderData: keepPreviousData,
  });
  const { fromMs, toMs, isByDay } = period;
  const buckets = useMemo(
    () => toBuckets(data ?? [], { fromMs, toMs, isByDay }),
    [data, fromMs, toMs, isByDay],
  );
  const sum = total(buckets);
  const title = t(isByDay ? 'deliveries.hours.days' : 'deliveries.hours.title');
  const isEmpty = figures.every((figure) => sum.counts[figure] === 0);
  const reasons = Object.entries(sum.reasons).sort(([, a], [, b]) => b - a);
  return (
    <section className={styles.box} aria-label={title}>
      <h2 className={styles.heading}>
        {title}
        <span className={styles.period}>
          {t(from || to ? 'deliveries.hours.period' : 'deliveries.hours.last')}
        </span>
      </h2>
      {!data && error && (
        <Failed title={t('deliveries.hours.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={160} borderRadius={8} aria-label={t('common.loading')} />}
      {data && (
        <>
          <dl className={styles.sums}>
            {figures.map((figure) => (
              <div key={figure} data-figure={figure}>
                <dt>{t(`deliveries.status.${figure}`)}</dt>
                <dd>{sum.counts[figure].toLocaleString(locale)}</dd>
              </div>
            ))}
          </dl>
          {isEmpty ? (
            <p className={styles.empty}>{t('deliveries.hours.empty')}</p>
          ) : (
            <HoursChart
              buckets={buckets}
              isByDay={isByDay}
              label={`${title}. ${t('deliveries.hours.about')}`}
            />
          )}
          {reasons.length > 0 && (
            <p className={styles.reasons}>
              {t('deliveries.hours.reasons')}:{' '}
              {reasons
                .map(([reason, count]) => `${reasonWords(reason)} — ${count.toLocaleString(locale)}`)
                .join('; ')}
            </p>
          )}
          {!isEmpty && (
            <details className={styles.details}>
              <summary>{t('deliveries.hours.table')}</summary>
              <HoursTable buckets={buckets} isByDay={isByDay} caption={title} />
            </details>
          )}
        </>
      )}
    </section>
  );
}
