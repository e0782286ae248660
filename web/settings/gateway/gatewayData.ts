/** The query of a community's gateway. */
import { queryOptions } from '@tanstack/react-query';
import { gatewayEndpoints } from '../../../shared/gatewayApi.ts';
import { callsOf } from '../../desk/call.ts';

/** Calls the endpoints of a community's gateway. */
export const call = callsOf(gatewayEndpoints);

export const gatewayQuery = (communityId: string) =>
  queryOptions({
    queryKey: ['settings', 'gateway', communityId],
    queryFn: async ({ signal }) =>
      (await call('readGateway', { params: { communityId } }, { signal })).gateway,
    staleTime: 0,
  });
