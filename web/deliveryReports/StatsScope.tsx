/** Says which messages the statistics cover, and which filters of the list they ignore. */
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './Stats.module.css';
import type { DeliverySearchParams } from './searchParams.ts';

export function StatsScope({ params, isCut }: { params: DeliverySearchParams; isCut: boolean }) {
  const { t } = useTranslation();
  const { from, to, network, template, status } = params;
  const hasPeriod = from !== undefined || to !== undefined;
  const scope = [
    t(isCut ? 'deliveries.hours.cut' : hasPeriod ? 'deliveries.hours.period' : 'deliveries.hours.last'),
    network && t(`network.${network}`),
    template && t('deliveries.hours.ofTemplate', { template }),
  ];
  return (
    <div>
      <p className={styles.period}>{scope.filter(Boolean).join(' · ')}</p>
      {status && <p className={styles.unfollowed}>{t('deliveries.hours.notByStatus')}</p>}
      {hasPeriod && <p className={styles.period}>{t('deliveries.hours.when')}</p>}
    </div>
  );
}
