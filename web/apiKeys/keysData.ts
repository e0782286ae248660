/** Queries and changes of the page of keys; each visit reads again. Queries never return a secret. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { apiKeyEndpoints } from '../../shared/apiKeysApi.ts';
import type { ApiKeyView, StatusNoticeView } from '../../shared/schemas/apiKey.ts';
import { callsOf } from '../desk/call.ts';

/** Calls the endpoints of API keys. */
export const call = callsOf(apiKeyEndpoints);

export const keysQuery = queryOptions({
  queryKey: ['settings', 'apiKeys'],
  queryFn: async ({ signal }) => (await call('listApiKeys', {}, { signal })).keys,
  staleTime: 0,
});

export type NoticeFilter = StatusNoticeView['state'] | 'all';

export const noticesQuery = (keyId: string, filter: NoticeFilter) =>
  queryOptions({
    queryKey: ['settings', 'apiKeys', keyId, 'notices', filter],
    queryFn: async ({ signal }) => {
      const query = filter === 'all' ? {} : { state: filter };
      return (await call('listStatusNotices', { params: { keyId }, query }, { signal })).notices;
    },
    staleTime: 0,
  });

export function storeKey(queries: QueryClient, changed: ApiKeyView): void {
  queries.setQueryData(keysQuery.queryKey, (held) => {
    if (!held) return held;
    return held.some(({ id }) => id === changed.id)
      ? held.map((key) => (key.id === changed.id ? changed : key))
      : [...held, changed];
  });
}
