/** The card while it is loading. */
import { Skeleton, Spacing } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './ClientPane.module.css';

export function CardSkeleton({ hasHead }: { hasHead: boolean }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')} className={styles.skeleton}>
      {!hasHead && <Skeleton width={80} height={80} borderRadius="50%" />}
      {!hasHead && <Skeleton width="70%" height={20} />}
      <Spacing size={8} />
      <Skeleton width="100%" height={16} />
      <Skeleton width="80%" height={16} />
      <Skeleton width="90%" height={16} />
    </div>
  );
}
