/** The signed-in person, the other people and the communities, for every screen behind the sign-in. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type Bootstrap, cacheKeys } from './cacheKeys.ts';
import { call } from './call.ts';

export const deskQuery = queryOptions({
  queryKey: cacheKeys.desk,
  queryFn: ({ signal }) => call('bootstrap', {}, { signal }),
  gcTime: Number.POSITIVE_INFINITY,
});

/** Only for screens inside DeskLayout, which draws them after this data is loaded. */
export function useDeskData(): Bootstrap {
  const { data } = useQuery(deskQuery);
  if (!data) throw new Error('useDeskData before the desk is known');
  return data;
}
