/** The access register, the newest first, filtered by client or by person. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RegisterLine } from '../../../shared/schemas/personalData.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { fullTime } from '../../ui/formatTime.ts';
import { PagedLines } from '../../ui/PagedLines.tsx';
import { useLocale } from '../../ui/useLocale.ts';
import { PersonFilter } from '../PersonFilter.tsx';
import styles from './PersonalData.module.css';
import { registerQuery } from './personalDataQueries.ts';
import { RegisterDetails } from './RegisterDetails.tsx';

export function RegisterList({ clientId }: { clientId: string | undefined }) {
  const { t } = useTranslation();
  const [personId, setPersonId] = useState<string>();
  const register = useInfiniteQuery(registerQuery({ clientId, personId }));
  const lines = register.data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <section className={styles.section} aria-label={t('personalData.register')}>
      <h2 className={styles.title}>{t('personalData.register')}</h2>
      <p className={styles.faint}>{t('personalData.register.about')}</p>
      <div className={styles.filters}>
        <PersonFilter
          label={t('personalData.register.person')}
          everyone={t('personalData.register.everyone')}
          className={styles.filter}
          personId={personId}
          onChange={setPersonId}
        />
        {clientId !== undefined && (
          <span className={styles.faint}>
            {t('personalData.register.oneClient')}{' '}
            <Link to="/settings/personal-data" search={{}} className={styles.link}>
              {t('personalData.register.allClients')}
            </Link>
          </span>
        )}
      </div>
      <PagedLines
        query={register}
        classes={{ list: styles.lines, faint: styles.faint }}
        labels={{
          failed: t('personalData.register.failed'),
          empty: t('personalData.register.empty'),
          more: t('personalData.register.more'),
        }}
      >
        {lines.map((line) => (
          <Line key={line.id} line={line} isOneClient={clientId !== undefined} />
        ))}
      </PagedLines>
    </section>
  );
}

function Line({ line, isOneClient }: { line: RegisterLine; isOneClient: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const clientName = line.clientName === '' ? t('personalData.register.goneClient') : line.clientName;
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
          <bdi>{clientName}</bdi>
        ) : (
          <Link to="/settings/personal-data" search={{ clientId: line.clientId }} className={styles.link}>
            <bdi>{clientName}</bdi>
          </Link>
        )}
      </div>
    </li>
  );
}
