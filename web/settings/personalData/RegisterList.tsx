/** The register, the newest first, of one client or one colleague when asked so. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, NativeSelect, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import type { RegisterLine } from '../../../shared/schemas/personalData.ts';
import { useDeskData } from '../../app/useDeskData.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { Failed } from '../../ui/Failed.tsx';
import { fullTime } from '../../ui/formatTime.ts';
import { useLocale } from '../../ui/useLocale.ts';
import styles from './PersonalData.module.css';
import { registerQuery } from './personalDataQueries.ts';
import { RegisterDetails } from './RegisterDetails.tsx';

export function RegisterList({ clientId }: { clientId: string | undefined }) {
  const { t } = useTranslation();
  const { people } = useDeskData();
  const [personId, setPersonId] = useState<string>();
  const register = useInfiniteQuery(registerQuery({ clientId, personId }));
  const { data, error, refetch } = register;
  const lines = data?.pages.flatMap((page) => page.lines);
  return (
    <section className={styles.section} aria-label={t('personalData.register')}>
      <h2 className={styles.title}>{t('personalData.register')}</h2>
      <p className={styles.faint}>{t('personalData.register.about')}</p>
      <div className={styles.filters}>
        <NativeSelect
          className={styles.filter}
          slotProps={{ select: { 'aria-label': t('personalData.register.person') } }}
          value={personId ?? ''}
          onChange={(event) => setPersonId(event.target.value || undefined)}
        >
          <option value="">{t('personalData.register.everyone')}</option>
          {people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </NativeSelect>
        {clientId !== undefined && (
          <span className={styles.faint}>
            {t('personalData.register.oneClient')}{' '}
            <Link to="/settings/personal-data" search={{}} className={styles.link}>
              {t('personalData.register.allClients')}
            </Link>
          </span>
        )}
      </div>
      {!data && error && (
        <Failed title={t('personalData.register.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={120} borderRadius={12} aria-label={t('common.loading')} />}
      {lines?.length === 0 && <p className={styles.faint}>{t('personalData.register.empty')}</p>}
      {lines && lines.length > 0 && (
        <ul className={styles.lines}>
          {lines.map((line) => (
            <Line key={line.id} line={line} isOneClient={clientId !== undefined} />
          ))}
        </ul>
      )}
      {register.hasNextPage && (
        <Button
          mode="secondary"
          loading={register.isFetchingNextPage}
          onClick={() => void register.fetchNextPage()}
        >
          {t('personalData.register.more')}
        </Button>
      )}
    </section>
  );
}

function Line({ line, isOneClient }: { line: RegisterLine; isOneClient: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const seen = line.seen.map((part) => t(`personalData.seen.${part}`)).join(', ');
  return (
    <li className={styles.line}>
      <div>
        <bdi>{line.personId === null ? t('personalData.register.deskItself') : line.personName}</bdi>
        {' · '}
        {t(`personalData.action.${line.action}`)}
        {seen !== '' && `: ${seen}`}
        <RegisterDetails details={line.details} />
      </div>
      <div className={styles.faint}>
        <time dateTime={line.at}>{fullTime(line.at, locale)}</time>
        {line.clientId !== null && ' · '}
        {line.clientId === null ? null : isOneClient ? (
          <bdi>{line.clientName}</bdi>
        ) : (
          <Link to="/settings/personal-data" search={{ clientId: line.clientId }} className={styles.link}>
            <bdi>{line.clientName}</bdi>
          </Link>
        )}
      </div>
    </li>
  );
}
