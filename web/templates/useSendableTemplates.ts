/** The templates that may be sent now, for a select in a form; loads all pages, one after another. */
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { TemplateRow } from '../../shared/schemas/template.ts';
import { call } from './templatesData.ts';

/** Nobody scrolls through more in one select; the template screen finds the others by name. */
const PAGES_MOST = 10;

const sendableQuery = infiniteQueryOptions({
  queryKey: ['templates', 'sendable'],
  queryFn: ({ signal, pageParam }) =>
    call(
      'listTemplates',
      { query: { sendable: 'yes', ...(pageParam === null ? {} : { after: pageParam }) } },
      { signal },
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page, pages) => (pages.length < PAGES_MOST ? page.nextAfter : null),
  staleTime: 0,
});

export interface SendableTemplates {
  /** Undefined until the first page is loaded. */
  templates: TemplateRow[] | undefined;
  isRead: boolean;
  error: unknown;
  refetch: () => void;
}

export function useSendableTemplates(): SendableTemplates {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(sendableQuery);
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    templates: data?.pages.flatMap(({ templates }) => templates),
    isRead: data !== undefined,
    error: data ? null : error,
    refetch: () => void refetch(),
  };
}
