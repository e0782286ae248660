/** Queries and changes of the company's page. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { companyEndpoints } from '../../shared/companyApi.ts';
import type { CompanyView } from '../../shared/schemas/company.ts';
import { callsOf } from '../desk/call.ts';
import { pagedQuery } from '../ui/pagedQuery.ts';

/** Calls the endpoints of the company's settings. */
export const call = callsOf(companyEndpoints);

export const companyQuery = queryOptions({
  queryKey: ['settings', 'company'],
  queryFn: ({ signal }) => call('readCompany', {}, { signal }),
  staleTime: 0,
});

export const companyChangesQuery = queryOptions({
  queryKey: ['settings', 'companyChanges'],
  queryFn: async ({ signal }) => (await call('listCompanyChanges', {}, { signal })).changes,
  staleTime: 0,
});

export const blockedPhonesQuery = pagedQuery(['settings', 'blockedPhones'], (query, options) =>
  call('listBlockedPhones', { query }, options),
);

/** Shows the response at once, and reads the list of changes again. */
export function storeCompany(queries: QueryClient, changed: CompanyView): void {
  queries.setQueryData(companyQuery.queryKey, changed);
  void queries.invalidateQueries({ queryKey: companyChangesQuery.queryKey });
}

export async function refreshBlockedPhones(queries: QueryClient): Promise<void> {
  void queries.invalidateQueries({ queryKey: companyChangesQuery.queryKey });
  await queries.invalidateQueries({ queryKey: blockedPhonesQuery.queryKey });
}
