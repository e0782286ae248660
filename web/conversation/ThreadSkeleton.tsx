/** The thread while it is loading. */
import { Skeleton } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './ThreadSkeleton.module.css';

const BUBBLES = [
  { key: 'a', width: '42%', height: 56, side: 'start' },
  { key: 'b', width: '30%', height: 40, side: 'start' },
  { key: 'c', width: '48%', height: 72, side: 'end' },
  { key: 'd', width: '36%', height: 40, side: 'start' },
  { key: 'e', width: '40%', height: 56, side: 'end' },
] as const;

export function ThreadSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')} className={styles.thread}>
      {BUBBLES.map((bubble) => (
        <Skeleton
          key={bubble.key}
          className={styles[bubble.side]}
          width={bubble.width}
          height={bubble.height}
          borderRadius={16}
        />
      ))}
    </div>
  );
}
