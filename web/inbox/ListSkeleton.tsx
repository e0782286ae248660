/** The list while it is loading. */
import { Skeleton } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './ListSkeleton.module.css';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

export function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')}>
      {ROWS.map((row) => (
        <div key={row} className={styles.row}>
          <Skeleton width={48} height={48} borderRadius="50%" />
          <div className={styles.lines}>
            <Skeleton width="55%" height={16} borderRadius={6} />
            <Skeleton width="85%" height={14} borderRadius={6} />
          </div>
        </div>
      ))}
    </div>
  );
}
