/**
 * Delivery statistics: totals, a chart, the same numbers as a table, and counts per template. A search by phone has
 * none; the page says so instead.
 */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Skeleton } from '@vkontakte/vkui';
import { useMemo } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import box from '../ui/Box.module.css';
import { Failed } from '../ui/Failed.tsx';
import { useLocale, useNow } from '../ui/useLocale.ts';
import { statsQuery } from './deliveryReportsData.ts';
import { HoursChart } from './HoursChart.tsx';
import { HoursTable } from './HoursTable.tsx';
import { periodOf, statNames, toBuckets, total } from './hourBuckets.ts';
import { useReasonLabels } from './labels.ts';
import styles from './Stats.module.css';
import { StatsScope } from './StatsScope.tsx';
import type { DeliverySearchParams } from './searchParams.ts';
import { TemplateStats } from './TemplateStats.tsx';

export interface StatsProps {
  params: DeliverySearchParams;
}

export function Stats({ params }: StatsProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const reasonLabel = useReasonLabels();
  const nowMs = useNow().getTime();
  const { from, to, network, template } = params;
  const period = periodOf(from, to, nowMs);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...statsQuery({
      from: new Date(period.fromMs).toISOString(),
      to: new Date(period.toMs).toISOString(),
      network,
      template,
    }),
    placeholderData: keepPreviousData,
  });
  const { fromMs, toMs, isByDay } = period;
  const buckets = useMemo(
    () => toBuckets(data?.hours ?? [], { fromMs, toMs, isByDay }),
    [data, fromMs, toMs, isByDay],
  );
  const sum = total(buckets);
  const title = t(isByDay ? 'deliveries.hours.days' : 'deliveries.hours.title');
  const isEmpty = statNames.every((stat) => sum.counts[stat] === 0);
  const reasons = Object.entries(sum.reasons).sort(([, a], [, b]) => b - a);
  return (
    <section className={`${box.box} ${styles.stats}`} aria-label={title} aria-busy={isPlaceholderData}>
      <h2 className={box.heading}>{title}</h2>
      <StatsScope params={params} isCut={period.isCut} />
      {!data && error && (
        <Failed title={t('deliveries.hours.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={160} borderRadius={8} aria-label={t('common.loading')} />}
      {data && (
        <div className={styles.sides} data-both={data.templates.length > 0}>
          <div className={styles.hours}>
            <dl className={styles.sums}>
              {statNames.map((stat) => (
                <div key={stat} data-stat={stat}>
                  <dt>{t(`deliveries.status.${stat}`)}</dt>
                  <dd>{sum.counts[stat].toLocaleString(locale)}</dd>
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
                  .map(([reason, count]) => `${reasonLabel(reason)} — ${count.toLocaleString(locale)}`)
                  .join('; ')}
              </p>
            )}
            {!isEmpty && (
              <details className={styles.details}>
                <summary>{t('deliveries.hours.table')}</summary>
                <HoursTable buckets={buckets} isByDay={isByDay} caption={title} />
              </details>
            )}
          </div>
          <TemplateStats stats={data} params={params} />
        </div>
      )}
    </section>
  );
}
