/** A list read by pages: loading, failed, empty, its lines, and a button for more. */
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Skeleton } from '@vkontakte/vkui';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from './Failed.tsx';
import { MoreButton, type MoreButtonProps } from './MoreButton.tsx';

export interface PagedLinesProps {
  /** The result of `useInfiniteQuery`. */
  query: MoreButtonProps['query'] & Pick<UseInfiniteQueryResult, 'data' | 'error' | 'refetch'>;
  labels: { failed: string; empty: string; more: string };
  classes: { list: string | undefined; faint: string | undefined };
  /** One element per line. */
  children: readonly ReactNode[];
}

export function PagedLines({ query, labels, classes, children }: PagedLinesProps) {
  const { t } = useTranslation();
  const { data, error } = query;
  return (
    <>
      {!data && error !== null && (
        <Failed title={labels.failed} error={error} onRetry={() => void query.refetch()} />
      )}
      {!data && error === null && (
        <Skeleton height={120} borderRadius={12} aria-label={t('common.loading')} />
      )}
      {Boolean(data) && children.length === 0 && <p className={classes.faint}>{labels.empty}</p>}
      {children.length > 0 && <ul className={classes.list}>{children}</ul>}
      <MoreButton label={labels.more} query={query} />
    </>
  );
}
