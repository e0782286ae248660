/** Labels of the reasons why a message was not delivered, and the final statuses. */
import { type EndCode, endReasons } from '../../shared/v1/endReasons.ts';
import type { ServiceStatus } from '../../shared/v1/statuses.ts';
import { useTranslation } from '../i18n/useTranslation.ts';

/** N1: statuses after which a message does not change. */
export const endedStatuses: readonly ServiceStatus[] = ['read', 'undelivered', 'expired'];

export function useReasonLabels(): (code: string) => string {
  const { t, language } = useTranslation();
  return (code) =>
    Object.hasOwn(endReasons, code)
      ? endReasons[code as EndCode][language]
      : t('deliveries.hours.reason.unknown');
}
