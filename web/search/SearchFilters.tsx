/** What narrows a search. Each filter is in the address. */
import { useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, FormItem, Input, NativeSelect } from '@vkontakte/vkui';
import { type ReactNode, useId } from 'react';
import { conversationStatuses } from '../../shared/schemas/conversation.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './SearchPage.module.css';
import type { SearchParams } from './searchParams.ts';

const kinds = ['reply', 'answer', 'note', 'service'] as const;

export function SearchFilters({ params }: { params: SearchParams }) {
  const { t } = useTranslation();
  const id = useId();
  const navigate = useNavigate();
  const { communities, people } = useDeskData();
  const change = (next: Partial<Record<keyof SearchParams, unknown>>) =>
    void navigate({ to: '/search', search: { ...params, ...next } as SearchParams, replace: true });
  const { text, ...filters } = params;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);

  const choice = (field: 'kind' | 'community' | 'person' | 'status', any: string, options: ReactNode) => (
    <FormItem noPadding top={t(`search.filter.${field}`)} htmlFor={`${id}-${field}`}>
      <NativeSelect
        id={`${id}-${field}`}
        value={params[field] ?? ''}
        onChange={({ target }) => change({ [field]: target.value || undefined })}
      >
        <option value="">{any}</option>
        {options}
      </NativeSelect>
    </FormItem>
  );

  return (
    <div className={styles.filters}>
      {choice(
        'kind',
        t('search.any.kind'),
        kinds.map((kind) => (
          <option key={kind} value={kind}>
            {t(`search.kinds.${kind}`)}
          </option>
        )),
      )}
      {communities.length > 1 &&
        choice(
          'community',
          t('list.community.all'),
          communities.map((community) => (
            <option key={community.id} value={community.id}>
              {t('list.community.option', {
                name: community.name,
                network: t(`network.${community.network}`),
              })}
            </option>
          )),
        )}
      {choice(
        'person',
        t('search.any.person'),
        people.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name}
          </option>
        )),
      )}
      {choice(
        'status',
        t('search.any.status'),
        conversationStatuses.map((status) => (
          <option key={status} value={status}>
            {t(`status.${status}`)}
          </option>
        )),
      )}
      <div className={styles.period}>
        {(['from', 'to'] as const).map((field) => (
          <FormItem key={field} noPadding top={t(`search.filter.${field}`)} htmlFor={`${id}-${field}`}>
            <Input
              id={`${id}-${field}`}
              type="date"
              value={params[field] ?? ''}
              onChange={({ target }) => change({ [field]: target.value || undefined })}
            />
          </FormItem>
        ))}
      </div>
      <Checkbox
        className={styles.file}
        checked={params.file ?? false}
        onChange={({ target }) => change({ file: target.checked || undefined })}
      >
        {t('search.filter.file')}
      </Checkbox>
      {isFiltered && (
        <Button
          mode="tertiary"
          size="l"
          onClick={() => void navigate({ to: '/search', search: text ? { text } : {}, replace: true })}
        >
          {t('search.filter.clear')}
        </Button>
      )}
    </div>
  );
}
