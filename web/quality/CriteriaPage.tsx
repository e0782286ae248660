/** Settings, "Quality": what supervisors give marks for. A criterion is archived, never deleted, because reviews name it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, FormStatus, Input, Skeleton } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import { type Criterion, qualityLimits } from '../../shared/schemas/quality.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { SettingsPage } from '../settings/SettingsPage.tsx';
import { Failed } from '../ui/Failed.tsx';
import { useSaving } from '../ui/useSaving.ts';
import styles from './Quality.module.css';
import { call, criteriaQuery } from './qualityData.ts';

export function CriteriaPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ ...criteriaQuery, staleTime: 0 });
  return (
    <SettingsPage title={t('quality.criteria')} action={null}>
      <p className={styles.about}>{t('quality.criteria.about', { count: qualityLimits.criteria })}</p>
      {!data && error && <Failed title={t('quality.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={160} borderRadius={12} aria-label={t('common.loading')} />}
      {data && <CriteriaForm key={JSON.stringify(data)} stored={data} />}
    </SettingsPage>
  );
}

interface Row {
  /** Absent for a new one. */
  id?: string;
  key: string;
  name: string;
  isArchived: boolean;
}

function CriteriaForm({ stored }: { stored: readonly Criterion[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const [rows, setRows] = useState<readonly Row[]>(() => stored.map((each) => ({ ...each, key: each.id })));
  const inUse = rows.filter(({ isArchived }) => !isArchived);
  const archived = rows.filter(({ isArchived }) => isArchived);
  const change = (key: string, changed: Partial<Row>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...changed } : row)));
  const names = inUse.map(({ name }) => name.trim().toLocaleLowerCase('ru'));
  const wrong = names.includes('')
    ? t('quality.criteria.empty')
    : new Set(names).size < names.length
      ? t('quality.criteria.same')
      : null;

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void save(async () => {
      const criteria = rows.map(({ id, name, isArchived }) => ({
        ...(id === undefined ? {} : { id }),
        name: name.trim(),
        isArchived,
      }));
      const changed = await call('changeCriteria', { body: { criteria } });
      queries.setQueryData(criteriaQuery.queryKey, changed.criteria);
    });
  };

  return (
    <form className={styles.card} onSubmit={onSubmit}>
      {problem && <FormStatus mode="error" title={t('actions.failed', { reason: problem })} />}
      <ol className={styles.rows}>
        {inUse.map((row, at) => (
          <li key={row.key} className={styles.row}>
            <Input
              className={styles.name}
              value={row.name}
              maxLength={qualityLimits.criterionChars}
              slotProps={{ input: { 'aria-label': t('quality.criteria.name', { number: at + 1 }) } }}
              onChange={(event) => change(row.key, { name: event.target.value })}
            />
            <Button
              mode="tertiary"
              size="s"
              onClick={() =>
                row.id === undefined
                  ? setRows(rows.filter(({ key }) => key !== row.key))
                  : change(row.key, { isArchived: true })
              }
            >
              {t(row.id === undefined ? 'quality.criteria.remove' : 'quality.criteria.archive')}
            </Button>
          </li>
        ))}
      </ol>
      {inUse.length === 0 && <p className={styles.faint}>{t('quality.criteria.none')}</p>}
      {wrong && inUse.length > 0 && <p className={styles.faint}>{wrong}</p>}
      <div className={styles.actions}>
        <Button
          mode="secondary"
          size="m"
          disabled={inUse.length >= qualityLimits.criteria}
          onClick={() => setRows([...rows, { key: crypto.randomUUID(), name: '', isArchived: false }])}
        >
          {t('quality.criteria.add')}
        </Button>
        <Button type="submit" size="m" loading={isSaving} disabled={wrong !== null || isSame(rows, stored)}>
          {t('common.save')}
        </Button>
      </div>
      {archived.length > 0 && (
        <>
          <h2 className={styles.heading}>{t('quality.criteria.archived')}</h2>
          <ul className={styles.rows}>
            {archived.map((row) => (
              <li key={row.key} className={styles.row}>
                <span className={styles.name}>{row.name}</span>
                <Button
                  mode="tertiary"
                  size="s"
                  disabled={inUse.length >= qualityLimits.criteria}
                  onClick={() => change(row.key, { isArchived: false })}
                >
                  {t('quality.criteria.restore')}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </form>
  );
}

function isSame(rows: readonly Row[], stored: readonly Criterion[]): boolean {
  return (
    rows.length === stored.length &&
    rows.every(({ id, name, isArchived }, at) => {
      const each = stored[at];
      return each?.id === id && each?.name === name.trim() && each.isArchived === isArchived;
    })
  );
}
