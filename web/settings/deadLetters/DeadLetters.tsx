/** For administrators: events of networks that could not be stored. Hidden while there are none. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { deadLetterLimits } from '../../../shared/schemas/deadLetter.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { PagedLines } from '../../ui/PagedLines.tsx';
import { DeadLetterItem } from './DeadLetterItem.tsx';
import styles from './DeadLetters.module.css';
import { deadLettersQuery } from './deadLettersData.ts';

export function DeadLetters() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(deadLettersQuery);
  const letters = query.data?.pages.flatMap((page) => page.letters) ?? [];
  if (letters.length === 0 && query.error === null) return null;
  return (
    <section className={styles.section} aria-label={t('deadLetters.title')}>
      <h2 className={styles.title}>{t('deadLetters.title')}</h2>
      <p className={styles.faint}>{t('deadLetters.about', { days: deadLetterLimits.keptDays })}</p>
      <PagedLines
        query={query}
        classes={{ list: styles.lines, faint: styles.faint }}
        labels={{
          failed: t('deadLetters.failed'),
          empty: t('deadLetters.empty'),
          more: t('deadLetters.more'),
        }}
      >
        {letters.map((letter) => (
          <DeadLetterItem key={letter.id} letter={letter} />
        ))}
      </PagedLines>
    </section>
  );
}
