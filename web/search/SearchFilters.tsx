/** What narrows a search. Each filter is in the address. */
import { useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, FormItem, Input, NativeSelect } from '@vkontakte/vkui';
import { type ReactNode, useId } from 'react';
import type { Network } from '../../shared/schemas/common.ts';
import { conversationStatuses } from '../../shared/schemas/conversation.ts';
import { answeredFilters, searchOrders } from '../../shared/schemas/search.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { DateField } from '../ui/DateField.tsx';
import { ClientChip } from './ClientChip.tsx';
import styles from './SearchPage.module.css';
import type { SearchParams } from './searchParams.ts';

const kinds = ['reply', 'answer', 'note', 'service'] as const;
const networks: readonly Network[] = ['vk', 'ok'];

export function SearchFilters({ params }: { params: SearchParams }) {
  const { t } = useTranslation();
  const id = useId();
  const navigate = useNavigate();
  const { communities, people } = useDeskData();
  const change = (next: Partial<Record<keyof SearchParams, unknown>>) =>
    void navigate({ to: '/search', search: { ...params, ...next } as SearchParams, replace: true });
  const { text, order, ...filters } = params;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);

  const choice = (
    field: 'kind' | 'network' | 'community' | 'answered' | 'person' | 'status',
    any: string,
    options: ReactNode,
    label = t(`search.filter.${field}`),
  ) => (
    <FormItem noPadding top={label} htmlFor={`${id}-${field}`}>
      <NativeSelect
        id={`${id}-${field}`}
        value={params[field] ?? ''}
        onChange={({ target }) => change(chosen(field, target.value, params))}
      >
        <option value="">{any}</option>
        {options}
      </NativeSelect>
    </FormItem>
  );

  return (
    <div className={styles.filters}>
      {params.client && (
        <div className={styles.chips}>
          <ClientChip clientId={params.client} onDrop={() => change({ client: undefined })} />
        </div>
      )}
      {choice(
        'kind',
        t('search.any.kind'),
        kinds.map((kind) => (
          <option key={kind} value={kind}>
            {t(`search.kinds.${kind}`)}
          </option>
        )),
      )}
      {networks.every((network) => communities.some((community) => community.network === network)) &&
        choice(
          'network',
          t('search.any.network'),
          networks.map((network) => (
            <option key={network} value={network}>
              {t(`network.${network}`)}
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
        'answered',
        t('search.any.answered'),
        answeredFilters.map((each) => (
          <option key={each} value={each}>
            {t(`search.answered.${each}`)}
          </option>
        )),
      )}
      {params.answered !== 'none' &&
        choice(
          'person',
          t('search.any.person'),
          people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          )),
          params.answered && t('search.filter.answerer'),
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
      <FormItem noPadding top={t('search.filter.label')} htmlFor={`${id}-label`}>
        <Input
          // A link or «Clear filters» brings another label.
          key={params.label ?? ''}
          id={`${id}-label`}
          defaultValue={params.label ?? ''}
          maxLength={100}
          placeholder={t('search.any.label')}
          onBlur={({ target }) => change({ label: target.value.trim() || undefined })}
          onKeyDown={({ key, target }) => {
            if (key === 'Enter') (target as HTMLInputElement).blur();
          }}
        />
      </FormItem>
      <div className={styles.period}>
        {(['from', 'to'] as const).map((field) => (
          <FormItem key={field} noPadding top={t(`search.filter.${field}`)} htmlFor={`${id}-${field}`}>
            <DateField
              id={`${id}-${field}`}
              value={params[field] ?? ''}
              onChange={(day) => change({ [field]: day || undefined })}
            />
          </FormItem>
        ))}
      </div>
      {(['waiting', 'file'] as const).map((field) => (
        <Checkbox
          key={field}
          className={styles.file}
          checked={params[field] ?? false}
          onChange={({ target }) => change({ [field]: target.checked || undefined })}
        >
          {t(`search.filter.${field}`)}
        </Checkbox>
      ))}
      <FormItem className={styles.order} noPadding top={t('search.order')} htmlFor={`${id}-order`}>
        <NativeSelect
          id={`${id}-order`}
          value={order ?? 'newest'}
          onChange={({ target }) => change({ order: target.value === 'newest' ? undefined : target.value })}
        >
          {searchOrders.map((each) => (
            <option key={each} value={each}>
              {t(`search.order.${each}`)}
            </option>
          ))}
        </NativeSelect>
      </FormItem>
      {isFiltered && (
        <Button
          mode="tertiary"
          size="l"
          onClick={() => void navigate({ to: '/search', search: { text, order }, replace: true })}
        >
          {t('search.filter.clear')}
        </Button>
      )}
    </div>
  );
}

/** Only clients' messages are answered, so one filter drops the other where both would find nothing. */
function chosen(
  field: keyof SearchParams,
  value: string,
  { kind, answered, person }: SearchParams,
): Partial<Record<keyof SearchParams, unknown>> {
  const change = { [field]: value || undefined };
  if (field === 'kind' && answered !== undefined && value !== 'reply' && value !== '')
    return { ...change, answered: undefined, person: undefined };
  if (field !== 'answered') return change;
  // Who wrote a message is another question than who answered it.
  const keepsPerson = isTimed(answered) && isTimed(value);
  return {
    ...change,
    kind: value === '' || kind === 'reply' ? kind : undefined,
    person: keepsPerson ? person : undefined,
  };
}

const isTimed = (answered: string | undefined): boolean =>
  answered !== undefined && answered !== '' && answered !== 'none';
