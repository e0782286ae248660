/** The tab's copy of the canned answers. A change is announced without contents, and the list is read again. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { cannedAnswerEndpoints } from '../../shared/cannedAnswersApi.ts';
import { cacheKeys } from '../desk/cacheKeys.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf(cannedAnswerEndpoints);

export const cannedQuery = queryOptions({
  queryKey: cacheKeys.cannedAnswers,
  queryFn: async ({ signal }) => (await call('listCannedAnswers', {}, { signal })).answers,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

/** Resolves when the list is read again. */
export function readAgain(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: cacheKeys.cannedAnswers });
}
