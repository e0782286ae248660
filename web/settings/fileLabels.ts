/**
 * Labels for the filters and size of an exported file, shared by the audit and the access register. A label is null
 * when there is nothing to show.
 */
import { deliveryViews } from '../../shared/schemas/deliveryView.ts';
import { transcriptScopes } from '../../shared/schemas/transcript.ts';
import { serviceStatuses } from '../../shared/v1/statuses.ts';
import type { Translate } from '../i18n/i18n.ts';
import { fullTime } from '../ui/formatTime.ts';
import { isOf } from '../ui/isOf.ts';

export type Value = string | number | boolean | null;
export interface Reader {
  t: Translate;
  locale: string;
}
export type DetailLabel = (value: Value, reader: Reader) => string | null;

export const fileLabels = {
  view: (value, { t }) =>
    value === 'all' ? null : isOf(deliveryViews, value) ? t(`deliveries.view.${value}`) : String(value),
  status: (value, { t }) => (isOf(serviceStatuses, value) ? t(`service.status.${value}`) : String(value)),
  network: (value, { t }) => (value === 'vk' || value === 'ok' ? t(`network.${value}`) : String(value)),
  from: (value, { t, locale }) => t('personalData.from', { time: fullTime(String(value), locale) }),
  to: (value, { t, locale }) => t('personalData.to', { time: fullTime(String(value), locale) }),
  rows: (value, { t, locale }) => t('personalData.rows', { rows: Number(value).toLocaleString(locale) }),
  byPhone: (value, { t }) => (value === true ? t('personalData.byPhone') : null),
  isComplete: (value, { t }) => (value === false ? t('personalData.cutOff') : null),
  format: (value, { t }) => t('personalData.format', { value: String(value).toUpperCase() }),
  scope: (value, { t }) => (isOf(transcriptScopes, value) ? t(`personalData.scope.${value}`) : String(value)),
  conversations: (value, { t }) => t('personalData.conversations', { count: Number(value) }),
} as const satisfies Record<string, DetailLabel>;
