/** Everybody's page: how supervisors have reviewed the reader's own work. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Page } from '../ui/Page.tsx';
import { PagedLines } from '../ui/PagedLines.tsx';
import styles from './Quality.module.css';
import { ownReviewsQuery } from './qualityData.ts';
import { ReviewCard } from './ReviewCard.tsx';

export function OwnReviewsPage() {
  const { t } = useTranslation();
  const { communities } = useDeskData();
  const query = useInfiniteQuery(ownReviewsQuery);
  const reviews = query.data?.pages.flatMap((page) => page.reviews) ?? [];
  return (
    <Page title={t('quality.own')} isAllowed>
      <PagedLines
        query={query}
        classes={{ list: styles.list, faint: styles.faint }}
        labels={{ failed: t('quality.failed'), empty: t('quality.ownEmpty'), more: t('quality.more') }}
      >
        {reviews.map((review) => (
          <li key={review.id} className={styles.card}>
            <ReviewCard review={review}>
              <div className={styles.actions}>
                <Link
                  to="/conversations/$conversationId"
                  params={{ conversationId: review.conversationId }}
                  search={{ review: review.seq }}
                  hash={review.resolutionId}
                >
                  {t('quality.openCase')}
                </Link>
                {communities.length > 1 && (
                  <span className={styles.faint}>
                    {communities.find(({ id }) => id === review.communityId)?.name}
                  </span>
                )}
              </div>
            </ReviewCard>
          </li>
        ))}
      </PagedLines>
    </Page>
  );
}
