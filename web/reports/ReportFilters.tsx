/** The period and what the report is about. Each choice is in the address. */
import { useNavigate } from '@tanstack/react-router';
import { Button, FormItem, NativeSelect } from '@vkontakte/vkui';
import { useId } from 'react';
import type { ReportQuery } from '../../shared/schemas/report.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { DateField } from '../ui/DateField.tsx';
import styles from './ReportsPage.module.css';
import type { ReportParams } from './reportParams.ts';

export interface ReportFiltersProps {
  page: '/reports' | '/ratings' | '/quality';
  params: ReportParams;
  query: Pick<ReportQuery, 'from' | 'to'>;
}

export function ReportFilters({ page, params, query }: ReportFiltersProps) {
  const { t } = useTranslation();
  const id = useId();
  const navigate = useNavigate();
  const { communities, people } = useDeskData();
  const change = (next: Partial<ReportParams>) =>
    void navigate({ to: page, search: { ...params, ...next }, replace: true });
  const { label, template } = params;
  return (
    <div className={styles.filters}>
      {(['from', 'to'] as const).map((end) => (
        <FormItem key={end} noPadding top={t(`reports.${end}`)} htmlFor={`${id}-${end}`}>
          <DateField
            id={`${id}-${end}`}
            value={query[end]}
            onChange={(day) => day && change({ [end]: day })}
          />
        </FormItem>
      ))}
      {communities.length > 1 && (
        <FormItem noPadding top={t('reports.community')} htmlFor={`${id}-community`}>
          <NativeSelect
            id={`${id}-community`}
            value={params.community ?? ''}
            onChange={({ target }) => change({ community: target.value || undefined })}
          >
            <option value="">{t('list.community.all')}</option>
            {communities.map((community) => (
              <option key={community.id} value={community.id}>
                {t('list.community.option', {
                  name: community.name,
                  network: t(`network.${community.network}`),
                })}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
      )}
      <FormItem noPadding top={t('reports.person')} htmlFor={`${id}-person`}>
        <NativeSelect
          id={`${id}-person`}
          value={params.person ?? ''}
          onChange={({ target }) =>
            change({ person: target.value || undefined, label: undefined, template: undefined })
          }
        >
          <option value="">{t('reports.everyone')}</option>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </NativeSelect>
      </FormItem>
      {(label ?? template) !== undefined && (
        <Button mode="secondary" onClick={() => change({ label: undefined, template: undefined })}>
          {t(label === undefined ? 'reports.only.template' : 'reports.only.label', {
            name: label ?? template ?? '',
          })}
          {' ✕'}
        </Button>
      )}
    </div>
  );
}
