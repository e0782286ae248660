/** The search over HTTP. */
import { Types } from 'mongoose';
import type { SearchQuery } from '../../shared/schemas/search.ts';
import type { Register } from '../accessRegister/register.ts';
import { visibleCommunityIds } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import { type SearchDeps, search } from '../search/search.ts';
import { parseCursor } from '../storage/pageCursor.ts';
import type { EndpointRouter } from './endpointRouter.ts';

export interface SearchRouteDeps extends SearchDeps {
  register: Pick<Register, 'recordView'>;
}

export function searchRoutes({ handle }: EndpointRouter, deps: SearchRouteDeps): void {
  handle('search', async ({ query, person }) => {
    const { text, kinds, personId, hasFile, from, before, cursor, limit } = query;
    const after = parseCursor(cursor);
    const answer = await search(deps, {
      text,
      communityIds: communitiesOf(person, query),
      kinds: kinds?.length ? kinds : null,
      personId: personId ?? null,
      hasFile: hasFile ?? false,
      conversation: conversationFilter(query),
      from: from ? new Date(from) : null,
      before: before ? new Date(before) : null,
      // A malformed cursor is the end, so that a tab keeps what it shows.
      after: cursor && !after ? { at: new Date(0), id: new Types.ObjectId('0'.repeat(24)) } : after,
      limit,
    });
    // A hit shows what a client wrote (N17), so it is a view of the thread.
    for (const clientId of new Set(answer.hits.map(({ conversation }) => conversation.client.id)))
      deps.register.recordView(person, new Types.ObjectId(clientId), ['thread']);
    return answer;
  });
}

/** Null when any conversation will do. */
function conversationFilter({ network, label, status, isWaiting }: SearchQuery) {
  const filter = {
    ...(network && { network }),
    ...(label && { labels: label }),
    ...(status && { status }),
    ...(isWaiting && { waitingSince: { $ne: null } }),
  };
  return Object.keys(filter).length > 0 ? filter : null;
}

/** What the person may see, and asked for; null for every community. */
function communitiesOf(person: SignedInPerson, { communityId }: Pick<SearchQuery, 'communityId'>) {
  const visible = visibleCommunityIds(person);
  if (communityId === undefined) return visible === 'all' ? null : visible;
  return visible === 'all' || visible.includes(communityId) ? [communityId] : [];
}
