/**
 * A page of hits in the order that was asked for: the newest first, or first those in which the words stand side by
 * side as they were typed, and then the others, each part the newest first.
 */
import type { SearchAnswer } from '../../../shared/schemas/search.ts';
import type { Segment } from '../segments/segment.model.ts';
import { findMessages } from './findMessages.ts';
import { exactly, type Query } from './parseQuery.ts';
import type { IndexRequest, SearchDeps } from './ports.ts';
import { exactCursor, REST_CURSOR } from './searchPlace.ts';

type Page = Pick<SearchAnswer, 'hits' | 'nextCursor' | 'isCut'>;

/** @param hasPairs whether the index holds which words stand side by side. Without it the order is the newest first. */
export async function findInOrder(
  deps: SearchDeps,
  segments: readonly Segment[],
  { query, hasPairs }: { query: Query; hasPairs: boolean },
  request: IndexRequest,
  deadline: number,
): Promise<Page> {
  const exact = request.order === 'exactFirst' && hasPairs ? exactly(query) : null;
  if (!exact) return findMessages(deps, segments, query, request, deadline);
  const rest = { ...query, except: exact };
  if (request.after?.part === 'rest') return findMessages(deps, segments, rest, request, deadline);
  const first = await findMessages(deps, segments, exact, request, deadline);
  if (first.nextCursor !== null) return { ...first, nextCursor: exactCursor(first.nextCursor) };
  if (first.isCut) return first;
  const limit = request.limit - first.hits.length;
  if (limit === 0) return { ...first, nextCursor: REST_CURSOR };
  const others = await findMessages(deps, segments, rest, { ...request, after: null, limit }, deadline);
  return { ...others, hits: [...first.hits, ...others.hits] };
}
