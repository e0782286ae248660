/**
 * The result of one pass over the file: how many rows are valid, why others were refused, and the file of all refusals.
 */
import { useQuery } from '@tanstack/react-query';
import type { CampaignView } from '../../shared/schemas/campaign.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import box from '../ui/Box.module.css';
import templateStyles from '../ui/ListPage.module.css';
import { Problem } from '../ui/Problem.tsx';
import { useLocale } from '../ui/useLocale.ts';
import styles from './CampaignPage.module.css';
import { refusedQuery } from './campaignsData.ts';
import { FirstRows } from './FirstRows.tsx';

export function CheckResults({ campaign, pass }: { campaign: CampaignView; pass: 'checked' | 'taken' }) {
  const { t, language } = useTranslation();
  const locale = useLocale();
  const { rows, fit, refused } = campaign[pass];
  const { data } = useQuery({ ...refusedQuery(campaign), enabled: rows > fit });
  const title = t(pass === 'checked' ? 'mailings.checked' : 'mailings.taken');
  return (
    <section className={box.box} aria-label={title}>
      <h2 className={box.heading}>{title}</h2>
      {campaign.state === 'checking' && (
        <>
          <progress className={styles.bar} value={rows} max={campaign.rows} aria-label={title} />
          <p className={styles.facts}>
            {t('mailings.checkedRows', {
              done: rows.toLocaleString(locale),
              all: campaign.rows.toLocaleString(locale),
            })}
          </p>
        </>
      )}
      {pass === 'checked' && <FirstRows campaign={campaign} />}
      {campaign.state === 'ready' && fit === 0 && <Problem message={t('mailings.noneFit')} />}
      <dl className={styles.counts}>
        <div>
          <dt>{t('mailings.fit')}</dt>
          <dd>{fit.toLocaleString(locale)}</dd>
        </div>
        <div>
          <dt>{t('mailings.refused')}</dt>
          <dd>{(rows - fit).toLocaleString(locale)}</dd>
        </div>
      </dl>
      {refused.length > 0 && (
        <>
          <ul className={styles.refused} aria-label={t('mailings.reasons')}>
            {refused.map(({ code, count }) => (
              <li key={code}>
                {count.toLocaleString(locale)} · {t(`mailings.reason.${reasonOf(code)}`)}
              </li>
            ))}
          </ul>
          <a
            className={styles.download}
            href={`/media/mailings/${campaign.id}/refused.csv?language=${language}`}
            download
          >
            {t('mailings.download')}
          </a>
          {data && data.length > 0 && (
            <details>
              <summary className={templateStyles.faint}>{t('mailings.refusedRows')}</summary>
              <ul className={styles.refused}>
                {data.map(({ row, reason }) => (
                  <li key={row}>{t('mailings.row', { row, reason: reason[language] })}</li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  );
}

const reasons = [
  'phoneInvalid',
  'phoneNoCountryCode',
  'textUnreadable',
  'duplicateInList',
  'clientBlocked',
  'quotaSpent',
  'templateNotFound',
  'templateNotApproved',
  'variableMissing',
  'variableTooLong',
  'variableInvalid',
  'textTooLong',
  'linkInvalid',
  'routeUnavailable',
] as const;

function reasonOf(code: string): (typeof reasons)[number] | 'other' {
  return reasons.find((reason) => reason === code) ?? 'other';
}
