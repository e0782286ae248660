/** A review as its reader sees it: the marks by criterion, the comment, and who wrote it. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ReviewView } from '../../shared/schemas/quality.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fullTime, momentNear } from '../ui/formatTime.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './Quality.module.css';
import { criteriaQuery } from './qualityData.ts';

/** @param children what stands above the marks, and below the comment what the reader may do. */
export function ReviewCard({ review, children }: { review: ReviewView; children?: ReactNode }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { data: criteria = [] } = useQuery(criteriaQuery);
  const nameOf = (criterionId: string) =>
    criteria.find(({ id }) => id === criterionId)?.name ?? t('quality.formerCriterion');
  const at = review.amendedAt ?? review.createdAt;
  return (
    <article className={styles.review}>
      <header className={styles.head}>
        <strong>{averageText(review.average, locale)}</strong>
        <span className={styles.faint}>
          {t('quality.by', { name: review.authorName })}
          {' · '}
          <time dateTime={at} title={fullTime(at, locale)}>
            {momentNear(at, now, locale)}
          </time>
          {review.amendedAt && ` · ${t('quality.amended')}`}
        </span>
      </header>
      <dl className={styles.marks}>
        {review.marks.map(({ criterionId, mark }) => (
          <div key={criterionId}>
            <dt>{nameOf(criterionId)}</dt>
            <dd>{t('quality.markOf', { mark })}</dd>
          </div>
        ))}
      </dl>
      {review.isCommentErased ? (
        <p className={styles.faint}>{t('quality.commentErased')}</p>
      ) : (
        review.comment !== '' && <p className={styles.comment}>{review.comment}</p>
      )}
      {children}
    </article>
  );
}

export const averageText = (average: number, locale: string) =>
  average.toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
