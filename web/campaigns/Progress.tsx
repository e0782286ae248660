/** Progress of a campaign: rows sent, delivery statuses, and the speed. */
import type { CampaignView } from '../../shared/schemas/campaign.ts';
import { serviceStatuses } from '../../shared/v1/statuses.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import box from '../ui/Box.module.css';
import { fullTime } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import pageStyles from './CampaignPage.module.css';
import styles from './Progress.module.css';

export function Progress({ campaign }: { campaign: CampaignView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { taken, statuses, rows, perSecond, state } = campaign;
  const queued = statuses.queued ?? 0;
  const refused = taken.rows - taken.fit;
  const gone = taken.rows - queued;
  const number = (value: number) => value.toLocaleString(locale);
  const handed = t('mailings.handed', { done: number(gone), all: number(rows) });
  return (
    <section className={box.box} aria-label={t('mailings.progress')}>
      <h2 className={box.heading}>{t('mailings.progress')}</h2>
      <div
        className={styles.bar}
        role="progressbar"
        aria-label={t('mailings.progress')}
        aria-valuemin={0}
        aria-valuemax={rows}
        aria-valuenow={gone}
        aria-valuetext={handed}
      >
        {[...serviceStatuses]
          .reverse()
          .filter((status) => status !== 'queued')
          .map((status) => (
            <span key={status} data-status={status} style={{ flexGrow: statuses[status] ?? 0 }} />
          ))}
        <span data-status="refused" style={{ flexGrow: refused }} />
        <span data-status="queued" style={{ flexGrow: queued }} />
        <span style={{ flexGrow: rows - taken.rows }} />
      </div>
      <p className={styles.line}>
        <span>{handed}</span>
        {perSecond !== null && (
          <span>
            {t('mailings.perSecond')}: {number(perSecond)}
          </span>
        )}
      </p>
      {(state === 'paused' || state === 'cancelling') && queued > 0 && (
        <p className={styles.line}>
          {t(state === 'paused' ? 'mailings.handed.paused' : 'mailings.handed.cancelling', {
            number: number(queued),
          })}
        </p>
      )}
      {state === 'scheduled' && campaign.startAt && (
        <p className={styles.line}>{t('mailings.startsAt', { at: fullTime(campaign.startAt, locale) })}</p>
      )}
      <dl className={pageStyles.counts}>
        {serviceStatuses.map((status) => (
          <div key={status}>
            <dt className={styles.status}>
              <span className={styles.dot} data-status={status} aria-hidden="true" />
              {t(`mailings.status.${status}`)}
            </dt>
            <dd>{number(statuses[status] ?? 0)}</dd>
          </div>
        ))}
        {refused > 0 && (
          <div>
            <dt className={styles.status}>
              <span className={styles.dot} data-status="refused" aria-hidden="true" />
              {t('mailings.refused')}
            </dt>
            <dd>{number(refused)}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}
