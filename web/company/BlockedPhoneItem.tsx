/** One phone of the block list: the reason, who added it, and a button to remove it. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '@vkontakte/vkui';
import type { BlockedPhoneView } from '../../shared/schemas/company.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fullTime } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import { useSaving } from '../ui/useSaving.ts';
import styles from './CompanyPage.module.css';
import { call, refreshBlockedPhones } from './companyData.ts';

export interface BlockedPhoneItemProps {
  blocked: BlockedPhoneView;
  onRemoved?: () => void;
}

export function BlockedPhoneItem({ blocked, onRemoved }: BlockedPhoneItemProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const locale = useLocale();
  const { isSaving, problem, save } = useSaving();
  const { id, phone, reason, addedAt, addedBy } = blocked;
  const remove = async () => {
    const isDone = await save(async () => {
      await call('unblockPhone', { params: { blockedPhoneId: id } });
      await refreshBlockedPhones(queries);
    });
    if (isDone) onRemoved?.();
  };
  return (
    <li className={styles.item}>
      <div className={styles.facts}>
        <div className={styles.phone}>{phone}</div>
        {reason !== '' && <div dir="auto">{reason}</div>}
        <div className={styles.faint}>
          <bdi>{addedBy}</bdi>, {fullTime(addedAt, locale)}
        </div>
        {problem && (
          <div role="alert" className={styles.problem}>
            {t('actions.failed', { reason: problem })}
          </div>
        )}
      </div>
      <Button
        mode="tertiary"
        loading={isSaving}
        aria-label={t('company.blocked.removeOne', { phone })}
        onClick={() => void remove()}
      >
        {t('company.blocked.remove')}
      </Button>
    </li>
  );
}
