/** How far an answer has come: a sign for the eye and words for the ear. */
import {
  Icon16CheckDoubleOutline,
  Icon16CheckOutline,
  Icon16ClockOutline,
  Icon16ErrorCircleOutline,
  Icon16HelpOutline,
} from '@vkontakte/icons';
import { VisuallyHidden } from '@vkontakte/vkui';
import type { ReactNode } from 'react';
import type { MessageStatus } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './DeliveryMark.module.css';

type Sent = Exclude<MessageStatus, 'received' | 'stored'>;

const icons: Record<Sent, ReactNode> = {
  queued: <Icon16ClockOutline aria-hidden />,
  sending: <Icon16ClockOutline aria-hidden />,
  unknown: <Icon16HelpOutline aria-hidden />,
  sent: <Icon16CheckOutline aria-hidden />,
  read: <Icon16CheckDoubleOutline aria-hidden />,
  failed: <Icon16ErrorCircleOutline aria-hidden />,
};

export function DeliveryMark({ status }: { status: MessageStatus }) {
  const { t } = useTranslation();
  if (status === 'received' || status === 'stored') return null;
  const words = t(`delivery.${status}`);
  return (
    <span className={styles.mark} data-status={status} title={words}>
      {icons[status]}
      {status === 'unknown' || status === 'queued' ? (
        <span>{words}</span>
      ) : (
        <VisuallyHidden>{words}</VisuallyHidden>
      )}
    </span>
  );
}
