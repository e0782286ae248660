/** How far the sending has come, where the messages are now, and how fast it goes. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailingView } from '../../shared/schemas/mailing.ts';
import { serviceStatuses } from '../../shared/v1/messages.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './MailingPage.module.css';

export function Progress({ mailing }: { mailing: MailingView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { taken, statuses, rows } = mailing;
  const left = taken.fit - (statuses.queued ?? 0);
  const perSecond = useRate(left);
  const done = taken.rows - (statuses.queued ?? 0);
  return (
    <section className={styles.box} aria-label={t('mailings.progress')}>
      <h2 className={styles.heading}>{t('mailings.progress')}</h2>
      <progress className={styles.bar} value={done} max={rows} aria-label={t('mailings.progress')} />
      <dl className={styles.counts}>
        {serviceStatuses.map((status) => (
          <div key={status}>
            <dt>{t(`mailings.status.${status}`)}</dt>
            <dd>{(statuses[status] ?? 0).toLocaleString(locale)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('mailings.perSecond')}</dt>
          <dd>{mailing.state === 'running' ? perSecond.toLocaleString(locale) : '—'}</dd>
        </div>
      </dl>
      {mailing.state === 'scheduled' && mailing.startAt && (
        <p className={styles.facts}>
          {t('mailings.startsAt', { at: new Date(mailing.startAt).toLocaleString(locale) })}
        </p>
      )}
    </section>
  );
}

/** How fast a count grows, by the last change of it. */
function useRate(count: number): number {
  const last = useRef({ count, atMs: performance.now() });
  const [perSecond, setPerSecond] = useState(0);
  useEffect(() => {
    const { count: before, atMs } = last.current;
    if (count === before) return;
    const nowMs = performance.now();
    last.current = { count, atMs: nowMs };
    setPerSecond(Math.max(0, Math.round(((count - before) * 1000) / Math.max(1, nowMs - atMs))));
  }, [count]);
  return perSecond;
}
