/** For administrators: who changed what and when, the newest first, filtered by person or kind of subject. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { NativeSelect } from '@vkontakte/vkui';
import { useState } from 'react';
import { auditEndpoints } from '../../shared/auditApi.ts';
import { type AuditSubject, auditSubjects } from '../../shared/schemas/audit.ts';
import { callsOf } from '../desk/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { PersonFilter } from '../settings/PersonFilter.tsx';
import styles from '../settings/personalData/PersonalData.module.css';
import { SettingsPage } from '../settings/SettingsPage.tsx';
import { PagedLines } from '../ui/PagedLines.tsx';
import { pagedQuery } from '../ui/pagedQuery.ts';
import { AuditLine } from './AuditLine.tsx';

const call = callsOf(auditEndpoints);

const auditQuery = (personId: string | undefined, subject: AuditSubject | undefined) =>
  pagedQuery(['settings', 'audit', personId ?? null, subject ?? null], (from, options) => {
    const query = {
      ...from,
      ...(personId === undefined ? {} : { personId }),
      ...(subject === undefined ? {} : { subject }),
    };
    return call('listAudit', { query }, options);
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
  const [personId, setPersonId] = useState<string>();
  const [subject, setSubject] = useState<AuditSubject>();
  const audit = useInfiniteQuery(auditQuery(personId, subject));
  const lines = audit.data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <section className={styles.section} aria-label={t('nav.audit')}>
      <p className={styles.faint}>{t('audit.about')}</p>
      <div className={styles.filters}>
        <PersonFilter
          label={t('audit.person')}
          everyone={t('audit.everyone')}
          className={styles.filter}
          personId={personId}
          onChange={setPersonId}
        />
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
      <PagedLines
        query={audit}
        classes={{ list: styles.lines, faint: styles.faint }}
        labels={{ failed: t('audit.failed'), empty: t('audit.empty'), more: t('audit.more') }}
      >
        {lines.map((line) => (
          <AuditLine key={line.id} line={line} />
        ))}
      </PagedLines>
    </section>
  );
}
