/** Retention period of each kind of data. An empty field means no limit, where that is allowed. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input, Skeleton } from '@vkontakte/vkui';
import type { FormEvent } from 'react';
import {
  type RetentionKind,
  type RetentionPeriods,
  type RetentionView,
  retentionDaysMax,
  retentionKinds,
} from '../../../shared/schemas/personalData.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { Failed } from '../../ui/Failed.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { useSaving } from '../../ui/useSaving.ts';
import styles from './PersonalData.module.css';
import { call, retentionQuery } from './personalDataQueries.ts';

const kinds = Object.keys(retentionKinds) as RetentionKind[];
const isEndless = (kind: RetentionKind) => kind !== 'register' && kind !== 'unusedUploads';

export function RetentionForm() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(retentionQuery);
  return (
    <section className={styles.section} aria-label={t('personalData.retention')}>
      <h2 className={styles.title}>{t('personalData.retention')}</h2>
      {!data && error && (
        <Failed title={t('personalData.retention.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={240} borderRadius={12} aria-label={t('common.loading')} />}
      {data && <Periods key={data.revision} held={data} />}
    </section>
  );
}

function Periods({ held }: { held: RetentionView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = (kind: RetentionKind) => {
      const text = String(form.get(kind) ?? '').trim();
      return text === '' ? null : Number(text);
    };
    const periods: RetentionPeriods = {
      messages: days('messages'),
      serviceMessages: days('serviceMessages'),
      mailingRows: days('mailingRows'),
      register: days('register') ?? held.periods.register,
      unusedUploads: days('unusedUploads') ?? held.periods.unusedUploads,
    };
    void save(async () => {
      const set = await call('setRetention', { body: { revision: held.revision, periods } });
      queries.setQueryData(retentionQuery.queryKey, set);
    });
  };
  return (
    <form onSubmit={onSubmit} className={styles.form}>
      {problem && <Problem message={t('actions.failed', { reason: problem })} />}
      <p className={styles.warning}>{t('personalData.retention.warning')}</p>
      {kinds.map((kind) => {
        const min = retentionKinds[kind].daysMin;
        return (
          <FormItem
            key={kind}
            noPadding
            top={t(`personalData.retention.${kind}`)}
            htmlFor={`retention-${kind}`}
            bottom={t(isEndless(kind) ? 'personalData.retention.forever' : 'personalData.retention.days', {
              min,
            })}
          >
            <Input
              id={`retention-${kind}`}
              name={kind}
              type="number"
              inputMode="numeric"
              min={min}
              max={retentionDaysMax}
              step={1}
              required={!isEndless(kind)}
              defaultValue={held.periods[kind] ?? ''}
            />
          </FormItem>
        );
      })}
      <Button type="submit" size="l" loading={isSaving}>
        {t('personalData.retention.save')}
      </Button>
    </form>
  );
}
