/** A status by its name and an icon; colour alone would not be enough. */
import type { DeliveryLine } from '../../shared/schemas/delivery.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { statusIcons } from '../ui/statusIcons.tsx';
import styles from './DeliveryReportsPage.module.css';

export function StatusMark({ status }: { status: DeliveryLine['status'] }) {
  const { t } = useTranslation();
  return (
    <span className={styles.status} data-status={status}>
      {statusIcons[status]}
      {t(`deliveries.status.${status}`)}
    </span>
  );
}
