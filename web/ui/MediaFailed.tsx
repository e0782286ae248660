/** In place of a picture or recording that did not load: what happened, and a button if another attempt may help. */
import type { CSSProperties } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './MediaFailed.module.css';
import type { MediaLoad } from './useMediaLoad.ts';

export interface MediaFailedProps {
  state: Exclude<MediaLoad['state'], 'loading'>;
  name: string;
  style?: CSSProperties | undefined;
  onAgain: () => void;
}

export function MediaFailed({ state, name, style, onAgain }: MediaFailedProps) {
  const { t } = useTranslation();
  if (state === 'gone')
    return (
      <span className={styles.failed} style={style} role="img" aria-label={`${name}. ${t('media.gone')}`}>
        {t('media.gone')}
      </span>
    );
  return (
    <button
      type="button"
      className={styles.failed}
      style={style}
      aria-label={`${name}. ${t('media.failed')}. ${t('media.again')}`}
      onClick={onAgain}
    >
      <MediaFailedText />
    </button>
  );
}

/** For a button that has another look while its picture is there. */
export function MediaFailedText() {
  const { t } = useTranslation();
  return (
    <span className={styles.text}>
      <span>{t('media.failed')}</span>
      <span className={styles.again}>{t('media.again')}</span>
    </span>
  );
}
