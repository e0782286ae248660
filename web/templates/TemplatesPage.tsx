/** For supervisors and administrators: all templates, searched by name or title, filtered by status. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, FormItem, Input, NativeSelect, Placeholder, Skeleton } from '@vkontakte/vkui';
import { type ChangeEvent, useDeferredValue, useId, useRef, useState } from 'react';
import { templateStatuses } from '../../shared/schemas/template.ts';
import { templateLimits } from '../../shared/templates/limits.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import styles from '../ui/ListPage.module.css';
import { MoreButton } from '../ui/MoreButton.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { SupervisorPage } from './SupervisorPage.tsx';
import { TemplateListRow } from './TemplateListRow.tsx';
import { readTemplateFile } from './templateFiles.ts';
import { call, storeTemplate, type TemplateFilter, templatesQuery } from './templatesData.ts';

export function TemplatesPage() {
  const { t } = useTranslation();
  return (
    <SupervisorPage title={t('templates.title')} actions={<PageActions />}>
      <TemplateList />
    </SupervisorPage>
  );
}

function PageActions() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const messageOf = useErrorMessages();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const importFile = async (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0];
    event.target.value = '';
    if (!chosen) return;
    const file = readTemplateFile(await chosen.text());
    if (!file) return setProblem(t('templates.file.wrong'));
    try {
      const made = await call('importTemplate', { body: file });
      storeTemplate(queries, made);
      await navigate({ to: '/templates/$templateId', params: { templateId: made.id } });
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <>
      <Button mode="secondary" onClick={() => input.current?.click()}>
        {t('templates.import')}
      </Button>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label={t('templates.import')}
        onChange={(event) => void importFile(event)}
      />
      <Link to="/templates/new" className={styles.add}>
        {t('templates.add')}
      </Link>
      {problem && <Problem message={problem} />}
    </>
  );
}

function TemplateList() {
  const { t } = useTranslation();
  const id = useId();
  const [filter, setFilter] = useState<TemplateFilter>('all');
  const [search, setSearch] = useState('');
  const deferredSearch = useDeferredValue(search.trim());
  const query = useInfiniteQuery(templatesQuery(filter, deferredSearch));
  const { data, error, refetch } = query;
  const rows = data?.pages.flatMap(({ templates }) => templates);
  const onReview = data?.pages[0]?.onReview ?? 0;
  return (
    <>
      <div className={styles.filters}>
        <FormItem noPadding top={t('templates.search')} htmlFor={`${id}-search`} className={styles.search}>
          <Input
            id={`${id}-search`}
            type="search"
            maxLength={templateLimits.titleChars}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </FormItem>
        <FormItem noPadding top={t('templates.filter')} htmlFor={`${id}-filter`}>
          <NativeSelect
            id={`${id}-filter`}
            value={filter}
            onChange={(event) =>
              setFilter(templateStatuses.find((status) => status === event.target.value) ?? 'all')
            }
          >
            <option value="all">{t('templates.filter.all')}</option>
            {templateStatuses.map((status) => (
              <option key={status} value={status}>
                {t(`templates.status.${status}`)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
        {onReview > 0 && filter !== 'onReview' && (
          <Button mode="secondary" size="l" onClick={() => setFilter('onReview')}>
            {t('templates.filter.review')}: {onReview}
          </Button>
        )}
      </div>
      {!rows && error && (
        <Failed title={t('templates.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!rows && !error && <Skeleton height={240} borderRadius={12} aria-label={t('common.loading')} />}
      {rows?.length === 0 && (
        <Placeholder
          title={
            filter === 'all' && deferredSearch === '' ? t('templates.empty') : t('templates.empty.filtered')
          }
        />
      )}
      {rows && rows.length > 0 && (
        <ul className={styles.list} aria-label={t('templates.title')}>
          {rows.map((row) => (
            <TemplateListRow key={row.id} row={row} />
          ))}
        </ul>
      )}
      <MoreButton label={t('templates.more')} query={query} />
    </>
  );
}
