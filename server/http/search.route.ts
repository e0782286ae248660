/** The search over HTTP. */
import { Types } from 'mongoose';
import type { Register } from '../accessRegister/register.ts';
import { parseSearchPlace, type SearchDeps, search } from '../search/search.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { searchedCommunities, searchRequestOf } from './searchRequest.ts';

export interface SearchRouteDeps extends SearchDeps {
  register: Pick<Register, 'recordView'>;
}

export function searchRoutes({ handle }: EndpointRouter, deps: SearchRouteDeps): void {
  handle('search', async ({ query, person }) => {
    const { cursor, limit } = query;
    const answer = await search(deps, {
      ...searchRequestOf(query),
      communityIds: searchedCommunities(person, query),
      after: parseSearchPlace(cursor),
      limit,
    });
    // A hit shows what a client wrote (N17), so it is a view of the thread.
    for (const clientId of new Set(answer.hits.map(({ conversation }) => conversation.client.id)))
      deps.register.recordView(person, new Types.ObjectId(clientId), ['thread']);
    return answer;
  });
}
