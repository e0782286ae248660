/** When the company's people work, its holidays, and how soon clients are answered. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, FormStatus, Skeleton } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import type { WorkingTimePatch, WorkingTimeView } from '../../shared/schemas/workingTime.ts';
import { call } from '../desk/call.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { workingTimeQuery } from '../desk/useWorkingTime.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { useLocale } from '../ui/useLocale.ts';
import { useSaving } from '../ui/useSaving.ts';
import styles from './CompanyPage.module.css';
import { companyChangesQuery } from './companyData.ts';
import { HolidayFields } from './HolidayFields.tsx';
import { type DraftTargets, draftsOf, readDrafts, TargetFields } from './TargetFields.tsx';
import { daysProblem, usualDays, WorkingDaysFields } from './WorkingDaysFields.tsx';

export function WorkingTimeForm() {
  const { t } = useTranslation();
  const headingId = useId();
  const { data, error, refetch } = useQuery(workingTimeQuery);
  return (
    <section className={styles.card} aria-labelledby={headingId}>
      <h2 className={styles.heading} id={headingId}>
        {t('company.work.title')}
      </h2>
      <p className={styles.about}>{t('company.work.about')}</p>
      {!data && error && (
        <Failed title={t('company.work.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={240} borderRadius={8} aria-label={t('common.loading')} />}
      {data && <Fields workingTime={data} />}
    </section>
  );
}

function Fields({ workingTime }: { workingTime: WorkingTimeView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const locale = useLocale();
  const { communities } = useDeskData();
  const { isSaving, problem, save } = useSaving();
  const [isLimited, setIsLimited] = useState(workingTime.days !== null);
  const [days, setDays] = useState(workingTime.days ?? usualDays);
  const [holidays, setHolidays] = useState(workingTime.holidays);
  const [drafts, setDrafts] = useState<DraftTargets>(() => draftsOf(workingTime));
  const [wrong, setWrong] = useState<string | null>(null);

  const read = readDrafts(drafts, workingTime);
  const wanted = isLimited ? days : null;
  // Sends only changed fields: the audit shows exactly those, and another person's changes stay.
  const changes: WorkingTimePatch = {
    ...(isSame(wanted, workingTime.days) ? {} : { days: wanted }),
    ...(isSame(holidays, workingTime.holidays) ? {} : { holidays }),
    ...(read.kind === 'read' ? read.changes : {}),
  };
  const isChanged = read.kind === 'wrong' || Object.keys(changes).length > 0;

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const found =
      (isLimited && daysProblem(days, t, locale)) || (read.kind === 'wrong' ? read.text(t) : null);
    setWrong(found || null);
    if (found) return;
    void save(async () => {
      const changed = await call('changeWorkingTime', { body: changes });
      queries.setQueryData(workingTimeQuery.queryKey, changed);
      setDrafts(draftsOf(changed));
      void queries.invalidateQueries({ queryKey: companyChangesQuery.queryKey });
    });
  };

  return (
    <form className={styles.form} noValidate onSubmit={onSubmit}>
      {problem && <FormStatus mode="error" title={t('actions.failed', { reason: problem })} />}
      <div>
        <Checkbox checked={isLimited} onChange={(event) => setIsLimited(event.target.checked)}>
          {t('company.work.on')}
        </Checkbox>
        {isLimited && <WorkingDaysFields days={days} onChange={setDays} />}
      </div>
      <HolidayFields holidays={holidays} onChange={setHolidays} />
      <TargetFields drafts={drafts} communities={communities} onChange={setDrafts} />
      {wrong && (
        <p role="alert" className={styles.problem}>
          {wrong}
        </p>
      )}
      <Button type="submit" size="l" loading={isSaving} disabled={!isChanged}>
        {t('common.save')}
      </Button>
    </form>
  );
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
