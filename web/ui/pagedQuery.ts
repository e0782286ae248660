/** A query that reads a list page by page; each visit reads it again from the start. */
import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';

export function pagedQuery<Page extends { nextCursor: string | null }>(
  queryKey: QueryKey,
  read: (from: { cursor?: string }, options: { signal: AbortSignal }) => Promise<Page>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam === null ? {} : { cursor: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
  });
}
