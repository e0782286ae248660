/** Statuses and reasons in the reader's language. */
import { useTranslation } from 'react-i18next';
import { type EndCode, endReasons } from '../../shared/v1/endReasons.ts';
import type { ServiceStatus } from '../../shared/v1/messages.ts';

/** N1: these end a message. */
export const endedStatuses: readonly ServiceStatus[] = ['read', 'undelivered', 'expired'];

export function useReasonWords(): (code: string) => string {
  const { t, i18n } = useTranslation();
  const language = i18n.language === 'en' ? 'en' : 'ru';
  return (code) =>
    Object.hasOwn(endReasons, code)
      ? endReasons[code as EndCode][language]
      : t('deliveries.hours.reason.unknown');
}
