/** Holds an answer that still has places to fill, and says which ones; it may go as it is. */
import { Icon16WarningTriangleOutline } from '@vkontakte/icons';
import { Button } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './ComposerNotices.module.css';

export function UnfilledNotice({ places, onSend }: { places: readonly string[]; onSend: () => void }) {
  const { t } = useTranslation();
  const words = places.map((place) => place.replace(/^\{|\}$/g, ''));
  return (
    <div role="alert">
      <p className={`${styles.notice} ${styles.unfilled}`} data-tone="warning">
        <Icon16WarningTriangleOutline aria-hidden />
        <span className={styles.words}>{t('composer.unfilled', { places: words.join(', ') })}</span>
        <Button size="s" mode="outline" className={styles.action} onClick={onSend}>
          {t('composer.sendAsIs')}
        </Button>
      </p>
    </div>
  );
}
