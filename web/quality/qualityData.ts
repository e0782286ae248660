/** Queries and changes of quality marks. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { qualityEndpoints } from '../../shared/qualityApi.ts';
import type { QualityQuery, ReviewView, Sample } from '../../shared/schemas/quality.ts';
import { callsOf } from '../desk/call.ts';
import { pagedQuery } from '../ui/pagedQuery.ts';

export const call = callsOf(qualityEndpoints);

export const criteriaQuery = queryOptions({
  queryKey: ['quality', 'criteria'],
  queryFn: async ({ signal }) => (await call('readCriteria', {}, { signal })).criteria,
  staleTime: 60_000,
});

export const samplesQuery = queryOptions({
  queryKey: ['quality', 'samples'],
  queryFn: async ({ signal }) => (await call('listSamples', {}, { signal })).samples,
  staleTime: 0,
});

export const sampleQuery = (sampleId: string) =>
  queryOptions({
    queryKey: ['quality', 'sample', sampleId],
    queryFn: ({ signal }) => call('readSample', { params: { sampleId } }, { signal }),
    staleTime: 0,
  });

export const reviewsQuery = (conversationId: string) =>
  queryOptions({
    queryKey: ['quality', 'reviews', conversationId],
    queryFn: async ({ signal }) =>
      (await call('listReviews', { params: { conversationId } }, { signal })).reviews,
    staleTime: 0,
  });

export const ownReviewsQuery = pagedQuery(['quality', 'own'], (query, options) =>
  call('listOwnReviews', { query }, options),
);

export const qualityReportQuery = (query: QualityQuery) =>
  queryOptions({
    queryKey: ['quality', 'report', query],
    queryFn: ({ signal }) => call('readQuality', { query } as never, { signal }),
    staleTime: 0,
  });

export function storeSample(queries: QueryClient, sample: Sample): void {
  queries.setQueryData(sampleQuery(sample.id).queryKey, sample);
  void queries.invalidateQueries({ queryKey: samplesQuery.queryKey });
}

/** After a review was written or changed: progress and figures are read again. */
export function storeReview(queries: QueryClient, review: ReviewView): void {
  queries.setQueryData(
    reviewsQuery(review.conversationId).queryKey,
    (held) => held && [review, ...held.filter(({ id }) => id !== review.id)],
  );
  for (const part of ['sample', 'samples', 'report', 'reviews'])
    void queries.invalidateQueries({ queryKey: ['quality', part] });
}
