/** A search as a person asked for it, within what they may see. */
import type { SearchQuery } from '../../shared/schemas/search.ts';
import { type Permitted, visibleCommunityIds } from '../auth/permissions.ts';
import type { SearchRequest } from '../search/search.ts';

export function searchRequestOf(
  query: Omit<SearchQuery, 'cursor' | 'limit'>,
): Omit<SearchRequest, 'communityIds' | 'after' | 'limit'> {
  const { text, kinds, personId, answered, clientId, hasFile, from, before, order } = query;
  return {
    text,
    kinds: kinds?.length ? kinds : null,
    personId: personId ?? null,
    answered: answered ?? null,
    clientId: clientId ?? null,
    hasFile: hasFile ?? false,
    conversation: conversationFilter(query),
    from: from ? new Date(from) : null,
    before: before ? new Date(before) : null,
    order,
  };
}

/** Null when any conversation will do. */
function conversationFilter({ network, label, status, isWaiting }: Omit<SearchQuery, 'cursor' | 'limit'>) {
  const filter = {
    ...(network && { network }),
    ...(label && { labels: label }),
    ...(status && { status }),
    ...(isWaiting && { waitingSince: { $ne: null } }),
  };
  return Object.keys(filter).length > 0 ? filter : null;
}

/** What the person may see, and asked for; null for every community. */
export function searchedCommunities(
  person: Permitted,
  { communityId }: Pick<SearchQuery, 'communityId'>,
): readonly string[] | null {
  const visible = visibleCommunityIds(person);
  if (communityId === undefined) return visible === 'all' ? null : visible;
  return visible === 'all' || visible.includes(communityId) ? [communityId] : [];
}
