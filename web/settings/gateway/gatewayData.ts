/** A community's gateway as its card reads it. */
import { queryOptions } from '@tanstack/react-query';
import { call } from './calls.ts';

export const gatewayQuery = (communityId: string) =>
  queryOptions({
    queryKey: ['settings', 'gateway', communityId],
    queryFn: async ({ signal }) =>
      (await call('readGateway', { params: { communityId } }, { signal })).gateway,
    staleTime: 0,
  });
