/** The reports about a message in the order in which they were recorded; a report that changed nothing says so. */

import type { DeliveryDetail, DeliveryLine } from '../../shared/schemas/delivery.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import box from '../ui/Box.module.css';
import { useLocale } from '../ui/useLocale.ts';
import styles from './DeliveryPage.module.css';
import { useReasonLabels } from './labels.ts';
import { StatusMark } from './StatusMark.tsx';

/** When a report came later than this after its event, both times are shown. */
const LATE_MS = 5_000;

export function HistoryLines({ delivery: { history } }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  return (
    <section className={box.box} aria-label={t('deliveries.one.history')}>
      <h2 className={box.heading}>{t('deliveries.one.history')}</h2>
      <ol className={styles.lines}>
        {history.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
          <Line key={at} line={line} />
        ))}
      </ol>
    </section>
  );
}

function Line({ line }: { line: DeliveryLine }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const reasonLabel = useReasonLabels();
  const { status, at, takenAt, source, network, isApplied, code, networkCode } = line;
  const isLate = Math.abs(new Date(takenAt).getTime() - new Date(at).getTime()) > LATE_MS;
  const moment = (iso: string) =>
    new Date(iso).toLocaleString(locale, { dateStyle: 'short', timeStyle: 'medium' });
  const about = [
    t(`deliveries.source.${source}`),
    network && t(`network.${network}`),
    isLate && t('deliveries.one.taken', { time: moment(takenAt) }),
    networkCode && t('deliveries.one.networkCode', { code: networkCode }),
  ];
  return (
    <li className={styles.line} data-applied={isApplied}>
      <time className={styles.faint} dateTime={at}>
        {moment(at)}
      </time>
      <div>
        <div className={styles.status}>
          <StatusMark status={status} />
          {!isApplied && <span className={styles.ignored}>{t('deliveries.one.ignored')}</span>}
        </div>
        {code && <div>{reasonLabel(code)}</div>}
        <div className={styles.faint}>{about.filter(Boolean).join(' · ')}</div>
      </div>
    </li>
  );
}
