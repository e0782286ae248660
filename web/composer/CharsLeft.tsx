/** How many characters are left, shown only near the limit. */
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './CharsLeft.module.css';

const SHOWN_WITHIN_CHARS = 300;

export function CharsLeft({ chars, maxChars }: { chars: number; maxChars: number }) {
  const { t } = useTranslation();
  const left = maxChars - chars;
  if (left > SHOWN_WITHIN_CHARS) return null;
  return (
    <span className={styles.chars} data-over={left < 0} role={left < 0 ? 'alert' : undefined}>
      {left < 0 ? t('composer.charsOver', { count: -left }) : t('composer.charsLeft', { count: left })}
    </span>
  );
}
