/** The latest erasures and their progress. */

import type { ErasureView } from '../../../shared/schemas/personalData.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { fullTime } from '../../ui/formatTime.ts';
import { useLocale } from '../../ui/useLocale.ts';
import styles from './PersonalData.module.css';

export function Erasures({ erasures }: { erasures: readonly ErasureView[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <section className={styles.section} aria-label={t('personalData.erasures')}>
      <h2 className={styles.title}>{t('personalData.erasures')}</h2>
      {erasures.length === 0 && <p className={styles.faint}>{t('personalData.erasures.empty')}</p>}
      {erasures.length > 0 && (
        <ul className={styles.lines}>
          {erasures.map(({ clientId, state, reason, reference, requestedAt, requestedBy, ...ends }) => {
            const end = ends.finishedAt ?? ends.waitsUntil;
            return (
              <li key={clientId} className={styles.line}>
                <div>
                  {t(`personalData.reason.${reason}`)}
                  {reference !== '' && ` · ${reference}`}
                </div>
                <div className={styles.faint}>
                  <bdi>{requestedBy}</bdi>
                  {' · '}
                  {fullTime(requestedAt, locale)}
                  {' · '}
                  {t(`personalData.state.${state}`, { time: end ? fullTime(end, locale) : '' })}
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
