/** A client's card, for every screen that names a client by id. */
import { queryOptions } from '@tanstack/react-query';
import { cacheKeys } from './cacheKeys.ts';
import { call } from './call.ts';

export const clientCard = (clientId: string) =>
  queryOptions({
    queryKey: cacheKeys.client(clientId),
    queryFn: ({ signal }) => call('readClient', { params: { clientId } }, { signal }),
  });
