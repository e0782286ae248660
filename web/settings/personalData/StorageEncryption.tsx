/** Whether stored data is encrypted: what the server found, or who declared it, and what to do otherwise. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Skeleton } from '@vkontakte/vkui';
import type { StorageEncryptionView } from '../../../shared/schemas/personalData.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { Failed } from '../../ui/Failed.tsx';
import { fullTime } from '../../ui/formatTime.ts';
import { useLocale } from '../../ui/useLocale.ts';
import styles from './PersonalData.module.css';
import { storageEncryptionQuery } from './personalDataQueries.ts';

export function StorageEncryption() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(storageEncryptionQuery);
  return (
    <section className={styles.section} aria-label={t('personalData.storage')}>
      <h2 className={styles.title}>{t('personalData.storage')}</h2>
      {!data && error && (
        <Failed title={t('personalData.storage.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={64} borderRadius={12} aria-label={t('common.loading')} />}
      {data && <StorageFound view={data} />}
    </section>
  );
}

export function StorageFound({ view: { state, found, lookedAt } }: { view: StorageEncryptionView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const isOpen = state === 'notEncrypted' || state === 'notKnown';
  return (
    <>
      <p className={styles.state} data-state={state}>
        {t(`personalData.storage.${state}`)}
      </p>
      <p className={styles.faint}>
        {t(`personalData.storage.${found}`)}
        {' · '}
        <time dateTime={lookedAt}>
          {t('personalData.storage.lookedAt', { time: fullTime(lookedAt, locale) })}
        </time>
      </p>
      <p className={styles.about}>
        {t('personalData.storage.about')} {isOpen && t('personalData.storage.toDo')}{' '}
        <Link to="/help" hash="security" className={styles.link}>
          {t('personalData.storage.help')}
        </Link>
      </p>
    </>
  );
}
