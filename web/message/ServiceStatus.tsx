/** The delivery status of a service message (N1), as an icon and a text; on failure also the reason. */
import { type EndCode, endReasons } from '../../shared/v1/endReasons.ts';
import type { ServiceStatus as Status } from '../../shared/v1/statuses.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { clockTime, fullTime, momentNear } from '../ui/formatTime.ts';
import { statusIcons } from '../ui/statusIcons.tsx';
import { useLocale } from '../ui/useLocale.ts';
import styles from './ServiceStatus.module.css';

export interface ServiceStatusProps {
  status: Status;
  statusAt: string;
  endCode: EndCode | null;
  /** Time of the message itself: a status of the same day needs no date. */
  since: string;
}

export function ServiceStatus({ status, statusAt, endCode, since }: ServiceStatusProps) {
  const { t, language } = useTranslation();
  const locale = useLocale();
  const isSameMinute = clockTime(statusAt, locale) === clockTime(since, locale);
  return (
    <span className={styles.status} data-service-status={status}>
      {statusIcons[status]}
      <span>
        {t(`service.status.${status}`)}
        {!isSameMinute && (
          <time dateTime={statusAt} title={fullTime(statusAt, locale)}>
            {' '}
            {momentNear(statusAt, new Date(since), locale)}
          </time>
        )}
        {endCode && (status === 'undelivered' || status === 'expired') && (
          <span className={styles.reason}>: {lowerFirst(endReasons[endCode][language])}</span>
        )}
      </span>
    </span>
  );
}

/** The reason continues the status in one sentence. */
function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
