/** A canned answer as the client will see it: variables have sample values, and places to fill are marked. */
import { cannedParts, fillCannedText } from '../../shared/cannedText.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNow } from '../ui/useLocale.ts';
import styles from './CannedAnswers.module.css';
import { cannedValues } from './cannedValues.ts';
import { useCannedContext } from './useCannedContext.ts';

export function CannedPreview({ text }: { text: string }) {
  const { t, language } = useTranslation();
  const context = useCannedContext();
  const nowMs = useNow().getTime();
  const values = {
    ...cannedValues(text, { ...context, clientName: t('canned.sample.clientFull'), nowMs }),
    clientFirstName: t('canned.sample.client'),
  };
  const hasPlaces = fillCannedText(text, values, language).places.length > 0;
  return (
    <section className={styles.preview} aria-label={t('canned.editor.preview')}>
      <h3 className={styles.previewTitle}>{t('canned.editor.preview')}</h3>
      <div className={styles.bubble} data-testid="canned-preview" dir="auto">
        {text.trim() === '' ? (
          <span className={styles.faint}>{t('canned.editor.preview.empty')}</span>
        ) : (
          cannedParts(text).map((part, index) => {
            if (part.kind === 'fixed') return part.text;
            const source = part.kind === 'place' ? `{${part.words}}` : `{${part.name}}`;
            const filled = fillCannedText(source, values, language);
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name
            return filled.places.length > 0 ? <mark key={index}>{filled.text}</mark> : filled.text;
          })
        )}
      </div>
      {hasPlaces && <p className={styles.faint}>{t('canned.editor.preview.places')}</p>}
    </section>
  );
}
