/** For administrators: who changed what and when, the newest first, of one colleague or one kind of things when asked so. */
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { Button, NativeSelect, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import { type AuditSubject, auditSubjects } from '../../shared/schemas/audit.ts';
import { useDeskData } from '../app/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from '../settings/personalData/PersonalData.module.css';
import { SettingsPage } from '../settings/SettingsPage.tsx';
import { Failed } from '../ui/Failed.tsx';
import { AuditLine } from './AuditLine.tsx';
import { call } from './calls.ts';

const auditQuery = (personId: string | undefined, subject: AuditSubject | undefined) =>
  infiniteQueryOptions({
    queryKey: ['settings', 'audit', personId ?? null, subject ?? null],
    queryFn: ({ pageParam, signal }) =>
      call(
        'listAudit',
        {
          query: {
            ...(personId === undefined ? {} : { personId }),
            ...(subject === undefined ? {} : { subject }),
            ...(pageParam === null ? {} : { cursor: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
  });

export function AuditPage() {
  const { t } = useTranslation();
  return (
    <SettingsPage title={t('nav.audit')} action={null}>
      <AuditList />
    </SettingsPage>
  );
}

function AuditList() {
  const { t } = useTranslation();
  const { people } = useDeskData();
  const [personId, setPersonId] = useState<string>();
  const [subject, setSubject] = useState<AuditSubject>();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    auditQuery(personId, subject),
  );
  const lines = data?.pages.flatMap((page) => page.lines);
  return (
    <section className={styles.section} aria-label={t('nav.audit')}>
      <p className={styles.faint}>{t('audit.about')}</p>
      <div className={styles.filters}>
        <NativeSelect
          className={styles.filter}
          slotProps={{ select: { 'aria-label': t('audit.person') } }}
          value={personId ?? ''}
          onChange={(event) => setPersonId(event.target.value || undefined)}
        >
          <option value="">{t('audit.everyone')}</option>
          {people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </NativeSelect>
        <NativeSelect
          className={styles.filter}
          slotProps={{ select: { 'aria-label': t('audit.subject') } }}
          value={subject ?? ''}
          onChange={(event) => setSubject(auditSubjects.find((one) => one === event.target.value))}
        >
          <option value="">{t('audit.everything')}</option>
          {auditSubjects.map((one) => (
            <option key={one} value={one}>
              {t(`audit.subject.${one}`)}
            </option>
          ))}
        </NativeSelect>
      </div>
      {!data && error && <Failed title={t('audit.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={120} borderRadius={12} aria-label={t('common.loading')} />}
      {lines?.length === 0 && <p className={styles.faint}>{t('audit.empty')}</p>}
      {lines && lines.length > 0 && (
        <ul className={styles.lines}>
          {lines.map((line) => (
            <AuditLine key={line.id} line={line} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button mode="secondary" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('audit.more')}
        </Button>
      )}
    </section>
  );
}
