/** Who is signed in, colleagues and communities, as every screen behind the sign-in needs them. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { call } from '../connection/call.ts';
import { type Bootstrap, cacheKeys } from '../connection/deskCache.ts';

export const deskQuery = queryOptions({
  queryKey: cacheKeys.desk,
  queryFn: ({ signal }) => call('bootstrap', {}, { signal }),
  gcTime: Number.POSITIVE_INFINITY,
});

/** Only for screens inside DeskLayout, which draws them once this is known. */
export function useDeskData(): Bootstrap {
  const { data } = useQuery(deskQuery);
  if (!data) throw new Error('useDeskData before the desk is known');
  return data;
}
