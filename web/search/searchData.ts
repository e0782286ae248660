/** Reads a search page by page. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { SearchHit } from '../../shared/schemas/search.ts';
import { searchEndpoints } from '../../shared/searchApi.ts';
import { callsOf } from '../desk/call.ts';
import { pagedQuery } from '../ui/pagedQuery.ts';
import { type SearchParams, toQuery } from './searchParams.ts';

const call = callsOf(searchEndpoints);

export const searchResults = (params: SearchParams) =>
  infiniteQueryOptions({
    ...pagedQuery(['search', params], (from, options) =>
      call('search', { query: { ...toQuery(params), ...from } as never }, options),
    ),
    gcTime: 60_000,
  });

/** Hits by conversation, in the order of each one's first hit. */
export function groupHits(hits: readonly SearchHit[]): SearchHit[][] {
  const groups = new Map<string, SearchHit[]>();
  for (const hit of hits) {
    const group = groups.get(hit.conversation.id);
    if (group) group.push(hit);
    else groups.set(hit.conversation.id, [hit]);
  }
  return [...groups.values()];
}
