/** How the message is sent: one-way or not, the networks, and the time to live. */
import { Checkbox, FormItem, Input, NativeSelect } from '@vkontakte/vkui';
import { useId } from 'react';
import { templateDirections } from '../../shared/schemas/template.ts';
import { templateLimits } from '../../shared/templates/limits.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import { FieldProblems } from './FieldProblems.tsx';
import type { FormPart } from './formPart.ts';
import styles from './TemplateEditor.module.css';

const routes = {
  vkok: ['vk', 'ok'],
  okvk: ['ok', 'vk'],
  vk: ['vk'],
  ok: ['ok'],
} as const;
type Route = keyof typeof routes;
const routeNames = Object.keys(routes) as Route[];

export function SendingFields({ content, problems, onChange }: FormPart) {
  const { t } = useTranslation();
  const number = new Intl.NumberFormat(useLocale());
  const id = useId();
  return (
    <fieldset className={styles.group}>
      <legend>{t('templates.sending')}</legend>
      <div className={styles.pair}>
        <FormItem noPadding top={t('templates.direction')} htmlFor={`${id}-direction`}>
          <NativeSelect
            id={`${id}-direction`}
            value={content.direction}
            onChange={(event) =>
              onChange({ direction: event.target.value === 'oneWay' ? 'oneWay' : 'twoWay' })
            }
          >
            {templateDirections.map((direction) => (
              <option key={direction} value={direction}>
                {t(`templates.direction.${direction}`)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
        <FormItem noPadding top={t('templates.networks')} htmlFor={`${id}-networks`}>
          <NativeSelect
            id={`${id}-networks`}
            value={content.networks.join('')}
            onChange={(event) => {
              const route = routeNames.find((name) => name === event.target.value) ?? 'vkok';
              onChange({ networks: [...routes[route]] });
            }}
          >
            {routeNames.map((route) => (
              <option key={route} value={route}>
                {t(`templates.networks.${route}`)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
      </div>
      <FieldProblems problems={problems} field="networks" />
      <FormItem
        noPadding
        top={t('templates.ttl')}
        htmlFor={`${id}-ttl`}
        bottom={t('templates.ttl.hint', {
          min: number.format(templateLimits.ttlSecondsMin),
          max: number.format(templateLimits.ttlSecondsMax),
        })}
      >
        <Input
          id={`${id}-ttl`}
          type="number"
          required
          min={templateLimits.ttlSecondsMin}
          max={templateLimits.ttlSecondsMax}
          value={content.defaultTtlSeconds || ''}
          onChange={(event) => onChange({ defaultTtlSeconds: Math.trunc(Number(event.target.value)) })}
        />
      </FormItem>
      <Checkbox checked={content.isUrgent} onChange={(event) => onChange({ isUrgent: event.target.checked })}>
        {t('templates.urgent')}
      </Checkbox>
    </fieldset>
  );
}
