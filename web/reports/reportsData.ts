/** Queries of the reports. */
import { queryOptions } from '@tanstack/react-query';
import { reportEndpoints } from '../../shared/reportsApi.ts';
import type { ReportQuery } from '../../shared/schemas/report.ts';
import { callsOf } from '../desk/call.ts';
import { pagedQuery } from '../ui/pagedQuery.ts';
import type { BreachParams } from './reportParams.ts';

const call = callsOf(reportEndpoints);

export const reportQuery = (query: ReportQuery) =>
  queryOptions({
    queryKey: ['report', query],
    queryFn: ({ signal }) => call('readReport', { query } as never, { signal }),
    staleTime: 0,
    refetchInterval: 60_000,
  });

export const ratingsQuery = (query: ReportQuery) =>
  pagedQuery(['ratings', query], (from, options) =>
    call('listRatings', { query: { ...query, ...from } } as never, options),
  );

/** Read again every half minute while it is open: time alone makes an answer late. */
export const breachesQuery = ({ state = 'open', community }: BreachParams) => ({
  ...pagedQuery(['breaches', state, community ?? null], (from, options) =>
    call(
      'listBreaches',
      { query: { state, ...from, ...(community === undefined ? {} : { communityId: community }) } } as never,
      options,
    ),
  ),
  refetchInterval: 30_000,
});
