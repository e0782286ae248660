/** The marks of the period with their comments, the newest question first; each leads to its place in the thread. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { RatingRow, ReportQuery } from '../../shared/schemas/report.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fullTime, momentNear } from '../ui/formatTime.ts';
import { PagedLines } from '../ui/PagedLines.tsx';
import { useLocale, useNow } from '../ui/useLocale.ts';
import lineStyles from './RatingLines.module.css';
import styles from './ReportsPage.module.css';
import { ratingsQuery } from './reportsData.ts';

export function RatingLines({ query }: { query: ReportQuery }) {
  const { t } = useTranslation();
  const id = useId();
  const pages = useInfiniteQuery(ratingsQuery(query));
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <section aria-labelledby={id}>
      <h2 className={lineStyles.heading} id={id}>
        {t('ratings.list')}
      </h2>
      <PagedLines
        query={pages}
        classes={{ list: styles.lines, faint: styles.faint }}
        labels={{ failed: t('ratings.failed'), empty: t('ratings.empty'), more: t('ratings.more') }}
      >
        {rows.map((row) => (
          <RatingLine key={row.id} row={row} />
        ))}
      </PagedLines>
    </section>
  );
}

function RatingLine({ row }: { row: RatingRow }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { communities, people } = useDeskData();
  const { mark, comment, markedAt } = row;
  const person =
    people.find(({ id }) => id === row.personId)?.name ??
    t('reports.formerPerson', { id: row.personId.slice(-6) });
  const known = communities.length > 1 && communities.find(({ id }) => id === row.communityId);
  const community =
    known && t('list.community.option', { name: known.name, network: t(`network.${known.network}`) });
  return (
    <li className={`${styles.line} ${lineStyles.line}`}>
      <span className={lineStyles.mark} data-mark={mark} aria-hidden>
        {mark}
      </span>
      <div className={lineStyles.text}>
        <Link
          to="/conversations/$conversationId"
          params={{ conversationId: row.conversationId }}
          search={{}}
          hash={comment?.messageId ?? row.id}
          aria-label={t('ratings.open', { mark, client: row.isErased ? t('client.erased') : row.clientName })}
        >
          <bdi>{row.isErased ? t('client.erased') : row.clientName}</bdi>
        </Link>
        <span className={styles.faint}>
          {' · '}
          {[community, t('ratings.resolvedBy', { person })].filter(Boolean).join(' · ')}
          {' · '}
          <time dateTime={markedAt} title={fullTime(markedAt, locale)}>
            {momentNear(markedAt, now, locale)}
          </time>
        </span>
        {comment && (
          <p className={comment.text === '' ? styles.faint : lineStyles.comment}>
            {comment.text === '' ? t('ratings.onlyFile') : comment.text}
          </p>
        )}
      </div>
    </li>
  );
}
