/** The status of an answer: an icon to see and a text for screen readers. */
import { VisuallyHidden } from '@vkontakte/vkui';
import type { MessageStatus } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { statusIcons } from '../ui/statusIcons.tsx';
import styles from './DeliveryMark.module.css';

export function DeliveryMark({ status }: { status: MessageStatus }) {
  const { t } = useTranslation();
  if (status === 'received' || status === 'stored') return null;
  const label = t(`delivery.${status}`);
  return (
    <span className={styles.mark} data-status={status} title={label}>
      {statusIcons[status]}
      {status === 'unknown' || status === 'queued' ? (
        <span>{label}</span>
      ) : (
        <VisuallyHidden>{label}</VisuallyHidden>
      )}
    </span>
  );
}
