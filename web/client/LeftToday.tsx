/** The quota left today (N7) in each of the company's communities, and when the next message is possible. */

import type { MessagesLeft } from '../../shared/schemas/messagesLeft.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { momentNear } from '../ui/formatTime.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './MessagesLeft.module.css';

export function LeftToday({ known }: { known: MessagesLeft }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { communities } = useDeskData();
  if (!known.hasPhone) return <p className={styles.faint}>{t('byHand.noPhone')}</p>;
  if (!known.isLimited) return <p className={styles.faint}>{t('byHand.unlimited')}</p>;
  return (
    <ul className={styles.left}>
      {known.left.map(({ communityId, network, left, retryAt }) => (
        <li key={communityId}>
          <span className={styles.faint}>
            {t(`network.${network}`)}
            {known.left.filter((other) => other.network === network).length > 1 &&
              ` · ${communities.find(({ id }) => id === communityId)?.name ?? ''}`}
          </span>
          <span className={left === 0 ? styles.spent : undefined}>
            {retryAt === null
              ? t('byHand.left', { left })
              : t('byHand.next', { at: momentNear(retryAt, now, locale) })}
          </span>
        </li>
      ))}
    </ul>
  );
}
