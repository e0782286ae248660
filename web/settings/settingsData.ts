/** Queries and changes of the settings pages. Events do not cover all of this data, so each visit reads it again. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { communityEndpoints } from '../../shared/communitiesApi.ts';
import { peopleEndpoints } from '../../shared/peopleApi.ts';
import type { CommunitySettings } from '../../shared/schemas/community.ts';
import type { PersonAccount } from '../../shared/schemas/person.ts';
import { callsOf } from '../desk/call.ts';

/** Calls the endpoints of communities and people. */
export const call = callsOf({ ...communityEndpoints, ...peopleEndpoints });

export const communitiesQuery = queryOptions({
  queryKey: ['settings', 'communities'],
  queryFn: async ({ signal }) => (await call('listCommunities', {}, { signal })).communities,
  staleTime: 0,
});

export const peopleQuery = queryOptions({
  queryKey: ['settings', 'people'],
  queryFn: async ({ signal }) => (await call('listPeople', {}, { signal })).people,
  staleTime: 0,
});

export function storeCommunity(queries: QueryClient, changed: CommunitySettings): void {
  queries.setQueryData(communitiesQuery.queryKey, (held) => withChanged(held, changed));
}

export function storePerson(queries: QueryClient, changed: PersonAccount): void {
  queries.setQueryData(peopleQuery.queryKey, (held) => withChanged(held, changed));
}

function withChanged<T extends { id: string }>(held: T[] | undefined, changed: T): T[] | undefined {
  if (!held) return held;
  return held.some((one) => one.id === changed.id)
    ? held.map((one) => (one.id === changed.id ? changed : one))
    : [...held, changed];
}
