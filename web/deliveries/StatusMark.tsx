/** A status by its name and a sign, so that colour alone says nothing. */
import {
  Icon16CancelCircleOutline,
  Icon16CheckDoubleOutline,
  Icon16CheckOutline,
  Icon16ClockOutline,
  Icon16ErrorCircleOutline,
  Icon16HelpOutline,
} from '@vkontakte/icons';
import type { ReactNode } from 'react';
import type { DeliveryLine } from '../../shared/schemas/delivery.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './Deliveries.module.css';

const icons: Record<DeliveryLine['status'], ReactNode> = {
  queued: <Icon16ClockOutline aria-hidden />,
  sent: <Icon16CheckOutline aria-hidden />,
  delivered: <Icon16CheckDoubleOutline aria-hidden />,
  read: <Icon16CheckDoubleOutline aria-hidden />,
  undelivered: <Icon16ErrorCircleOutline aria-hidden />,
  expired: <Icon16CancelCircleOutline aria-hidden />,
  unknown: <Icon16HelpOutline aria-hidden />,
};

export function StatusMark({ status }: { status: DeliveryLine['status'] }) {
  const { t } = useTranslation();
  return (
    <span className={styles.status} data-status={status}>
      {icons[status]}
      {t(`deliveries.status.${status}`)}
    </span>
  );
}
