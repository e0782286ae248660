/** The filters of the list. All but the phone are in the address. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, FormItem, Input, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import { deliveryLimits } from '../../shared/schemas/delivery.ts';
import { serviceStatuses } from '../../shared/v1/statuses.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { templatesQuery } from '../templates/templatesData.ts';
import { DateField } from '../ui/DateField.tsx';
import { useStore } from '../ui/useStore.ts';
import styles from './DeliveryReportsPage.module.css';
import { type DeliverySearchParams, searchedPhone } from './searchParams.ts';

export interface DeliveryFiltersProps {
  params: DeliverySearchParams;
  isPhoneWrong: boolean;
}

export function DeliveryFilters({ params, isPhoneWrong }: DeliveryFiltersProps) {
  const { t } = useTranslation();
  const id = useId();
  const navigate = useNavigate();
  const phone = useStore(searchedPhone);
  const [typed, setTyped] = useState(phone);
  const { data } = useInfiniteQuery(templatesQuery('all', ''));
  const names = data?.pages.flatMap(({ templates }) => templates.map(({ name }) => name)) ?? [];
  const templates = params.template && !names.includes(params.template) ? [params.template, ...names] : names;

  const change = (field: keyof DeliverySearchParams, value: string) =>
    void navigate({
      to: '/deliveries',
      search: { ...params, [field]: value === '' ? undefined : value },
      replace: true,
    });
  const findPhone = (event: FormEvent) => {
    event.preventDefault();
    searchedPhone.set(typed.trim());
  };
  const clear = () => {
    setTyped('');
    searchedPhone.set('');
    void navigate({ to: '/deliveries', search: params.view ? { view: params.view } : {}, replace: true });
  };
  const isFiltered =
    phone !== '' || Object.entries(params).some(([field, value]) => field !== 'view' && value !== undefined);

  return (
    <form className={styles.filters} onSubmit={findPhone}>
      <div className={styles.byPhone}>
        <FormItem
          noPadding
          top={t('deliveries.filter.phone')}
          htmlFor={`${id}-phone`}
          {...(isPhoneWrong
            ? { status: 'error' as const, bottom: t('deliveries.phone.wrong'), bottomId: `${id}-wrong` }
            : {})}
        >
          <Input
            id={`${id}-phone`}
            type="tel"
            autoComplete="off"
            maxLength={deliveryLimits.phoneChars}
            value={typed}
            aria-describedby={isPhoneWrong ? `${id}-wrong` : undefined}
            onChange={({ target }) => {
              setTyped(target.value);
              // An emptied field removes the filter.
              if (target.value.trim() === '') searchedPhone.set('');
            }}
          />
        </FormItem>
        <Button type="submit" size="l" mode="secondary">
          {t('deliveries.filter.find')}
        </Button>
      </div>
      {params.view === undefined && (
        <FormItem noPadding top={t('deliveries.filter.status')} htmlFor={`${id}-status`}>
          <NativeSelect
            id={`${id}-status`}
            value={params.status ?? ''}
            onChange={({ target }) => change('status', target.value)}
          >
            <option value="">{t('deliveries.filter.any')}</option>
            {serviceStatuses.map((status) => (
              <option key={status} value={status}>
                {t(`deliveries.status.${status}`)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
      )}
      <FormItem noPadding top={t('deliveries.filter.template')} htmlFor={`${id}-template`}>
        <NativeSelect
          id={`${id}-template`}
          value={params.template ?? ''}
          onChange={({ target }) => change('template', target.value)}
        >
          <option value="">{t('deliveries.filter.any')}</option>
          {templates.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </NativeSelect>
      </FormItem>
      <FormItem noPadding top={t('deliveries.filter.network')} htmlFor={`${id}-network`}>
        <NativeSelect
          id={`${id}-network`}
          value={params.network ?? ''}
          onChange={({ target }) => change('network', target.value)}
        >
          <option value="">{t('deliveries.filter.anyNetwork')}</option>
          <option value="vk">{t('network.vk')}</option>
          <option value="ok">{t('network.ok')}</option>
        </NativeSelect>
      </FormItem>
      {(['from', 'to'] as const).map((field) => (
        <FormItem key={field} noPadding top={t(`deliveries.filter.${field}`)} htmlFor={`${id}-${field}`}>
          <DateField
            id={`${id}-${field}`}
            value={params[field] ?? ''}
            onChange={(day) => change(field, day)}
          />
        </FormItem>
      ))}
      {isFiltered && (
        <Button type="button" size="l" mode="tertiary" className={styles.clear} onClick={clear}>
          {t('deliveries.filter.clear')}
        </Button>
      )}
    </form>
  );
}
