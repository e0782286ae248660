/** Chooses between an answer to the client and a note for colleagues. */
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './Composer.module.css';

export function ModeSwitch({
  mode,
  onChange,
}: {
  mode: 'answer' | 'note';
  onChange: (mode: 'answer' | 'note') => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className={styles.modes} aria-label={t('composer.mode')}>
      {(['answer', 'note'] as const).map((one) => (
        <button
          key={one}
          type="button"
          className={styles.mode}
          aria-pressed={one === mode}
          onClick={() => onChange(one)}
        >
          {t(`composer.${one}`)}
        </button>
      ))}
    </fieldset>
  );
}
