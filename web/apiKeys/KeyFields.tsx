/** The form fields of a key, new or existing. They keep their own state until the form is submitted. */
import { Checkbox, FormItem, Input } from '@vkontakte/vkui';
import { useId } from 'react';
import { type ApiKeyView, type ApiRight, apiKeyLimits, apiRights } from '../../shared/schemas/apiKey.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './KeyForm.module.css';

export interface KeyDraft {
  name: string;
  rights: ApiRight[];
  ratePerMinute: number;
  requiresBodyHash: boolean;
  statusUrl: string | null;
}

export function KeyFields({ held }: { held?: ApiKeyView }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <>
      <FormItem noPadding top={t('apiKeys.name')} htmlFor={`${id}-name`}>
        <Input
          id={`${id}-name`}
          name="name"
          required
          maxLength={apiKeyLimits.nameChars}
          defaultValue={held?.name ?? ''}
        />
      </FormItem>
      <fieldset className={styles.rights}>
        <legend className={styles.legend}>{t('apiKeys.rights')}</legend>
        {apiRights.map((right) => (
          <Checkbox key={right} name={`right.${right}`} defaultChecked={held?.rights.includes(right) ?? true}>
            {t(`apiKeys.right.${right}`)}
          </Checkbox>
        ))}
        <Checkbox name="requiresBodyHash" defaultChecked={held?.requiresBodyHash ?? false}>
          {t('apiKeys.bodyHash')}
        </Checkbox>
      </fieldset>
      <FormItem noPadding top={t('apiKeys.rate')} htmlFor={`${id}-rate`} bottom={t('apiKeys.rate.hint')}>
        <Input
          id={`${id}-rate`}
          name="ratePerMinute"
          type="number"
          required
          min={apiKeyLimits.ratePerMinuteMin}
          max={apiKeyLimits.ratePerMinuteMax}
          defaultValue={String(held?.ratePerMinute ?? apiKeyLimits.ratePerMinuteUsual)}
        />
      </FormItem>
      <FormItem
        noPadding
        top={t('apiKeys.statusUrl')}
        htmlFor={`${id}-status`}
        bottom={t('apiKeys.statusUrl.hint')}
      >
        <Input
          id={`${id}-status`}
          name="statusUrl"
          type="url"
          placeholder="https://"
          maxLength={apiKeyLimits.statusUrlChars}
          defaultValue={held?.statusUrl ?? ''}
        />
      </FormItem>
    </>
  );
}

export function readKeyDraft(form: HTMLFormElement): KeyDraft {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? '').trim();
  return {
    name: text('name'),
    rights: apiRights.filter((right) => data.has(`right.${right}`)),
    ratePerMinute: Number(text('ratePerMinute')),
    requiresBodyHash: data.has('requiresBodyHash'),
    statusUrl: text('statusUrl') || null,
  };
}
