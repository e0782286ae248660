/** Beside the thread: the reviews that the reader may see, and for a supervisor the form of the case that is reviewed. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Button, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import type { ReviewView } from '../../shared/schemas/quality.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { NextCase } from './NextCase.tsx';
import styles from './Quality.module.css';
import { criteriaQuery, reviewsQuery } from './qualityData.ts';
import { ReviewCard } from './ReviewCard.tsx';
import { ReviewForm } from './ReviewForm.tsx';

export interface QualityPanelProps {
  conversationId: string;
}

export function QualityPanel({ conversationId }: QualityPanelProps) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const { review: seq, sample } = useSearch({ from: '/desk/inbox' });
  const reviews = useQuery(reviewsQuery(conversationId));
  const criteria = useQuery(criteriaQuery);
  const failed = reviews.error ?? criteria.error;
  if (!reviews.data || !criteria.data)
    return failed ? (
      <Failed
        title={t('quality.failed')}
        error={failed}
        onRetry={() => void Promise.all([reviews.refetch(), criteria.refetch()])}
      />
    ) : (
      <Skeleton height={120} borderRadius={12} aria-label={t('common.loading')} />
    );
  const isSupervisor = me.role !== 'agent';
  const own = reviews.data.find((review) => review.seq === seq && review.authorId === me.id);
  const others = reviews.data.filter((review) => review.seq === seq && review.authorId !== me.id);
  const inUse = criteria.data.some(({ isArchived }) => !isArchived);
  return (
    <section aria-label={t('quality.title')} className={styles.panel}>
      {isSupervisor && seq !== undefined && !own && (
        <>
          <h3 className={styles.heading}>{t('quality.newReview')}</h3>
          {others.length > 0 && (
            <p className={styles.faint}>
              {t('quality.alsoBy', { names: others.map(({ authorName }) => authorName).join(', ') })}
            </p>
          )}
          {inUse ? (
            <ReviewForm
              key={seq}
              conversationId={conversationId}
              seq={seq}
              criteria={criteria.data}
              review={null}
              onDone={() => undefined}
            />
          ) : (
            <NoCriteria />
          )}
        </>
      )}
      {isSupervisor && sample !== undefined && <NextCase sampleId={sample} />}
      {reviews.data.length === 0 && seq === undefined && (
        <p className={styles.faint}>{t(isSupervisor ? 'quality.none' : 'quality.noneOfYours')}</p>
      )}
      {reviews.data.map((review) => (
        <Reviewed key={review.id} review={review} isOwn={review.authorId === me.id} />
      ))}
    </section>
  );
}

function NoCriteria() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  return (
    <p className={styles.faint}>
      {t('quality.noCriteria')}{' '}
      {me.role === 'administrator' && <Link to="/settings/quality">{t('quality.criteria.open')}</Link>}
    </p>
  );
}

function Reviewed({ review, isOwn }: { review: ReviewView; isOwn: boolean }) {
  const { t } = useTranslation();
  const { people } = useDeskData();
  const { data: criteria = [] } = useQuery(criteriaQuery);
  const [isEdited, setIsEdited] = useState(false);
  if (isEdited)
    return (
      <ReviewForm
        conversationId={review.conversationId}
        seq={review.seq}
        criteria={criteria}
        review={review}
        onDone={() => setIsEdited(false)}
      />
    );
  const reviewed = people.find(({ id }) => id === review.personId)?.name ?? review.personId.slice(-6);
  return (
    <ReviewCard review={review}>
      <div className={styles.actions}>
        <Link
          to="/conversations/$conversationId"
          params={{ conversationId: review.conversationId }}
          search={true}
          hash={review.resolutionId}
        >
          {t('quality.resolvedBy', { person: reviewed })}
        </Link>
        {isOwn && (
          <Button mode="tertiary" size="s" onClick={() => setIsEdited(true)}>
            {t('quality.change')}
          </Button>
        )}
      </div>
    </ReviewCard>
  );
}
