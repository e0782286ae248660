/**
 * A search, as the desk answers it: hits of the index, checked against the messages as they are now and against what
 * the person may see, until the page is full or the time is over.
 */
import pLimit from 'p-limit';
import type { SearchAnswer } from '../../shared/schemas/search.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { currentTimeMs } from '../work/clock.ts';
import { findClients } from './find/findClients.ts';
import { findInOrder } from './find/findInOrder.ts';
import { parseQuery } from './find/parseQuery.ts';
import type { IndexRequest, SearchDeps, SearchRequest } from './find/ports.ts';
import { suggest } from './find/suggest.ts';
import { FORMAT_WITH_ANSWERS, FORMAT_WITH_PAIRS, type SearchState } from './searchState.model.ts';
import { PageGoneError } from './segments/pageReader.ts';

export type { SearchDeps, SearchRequest } from './find/ports.ts';
export { parseSearchPlace } from './find/searchPlace.ts';

const SEARCH_MOST_MS = 2_000;
const ATTEMPTS = 3;

/** More searches at once would take the event loop from clients' messages. */
const SEARCHES_AT_ONCE = 4;
const places = pLimit(SEARCHES_AT_ONCE);

export function search(deps: SearchDeps, request: SearchRequest): Promise<SearchAnswer> {
  return places(() => searchOnLiveSegments(deps, request));
}

async function searchOnLiveSegments(deps: SearchDeps, request: SearchRequest): Promise<SearchAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await searchOnce(deps, request);
    } catch (error) {
      // A merge deleted the segments that this search had listed.
      if (!(error instanceof PageGoneError) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function searchOnce(deps: SearchDeps, asked: SearchRequest): Promise<SearchAnswer> {
  const { companyId, searchStates, sealing } = deps;
  const deadline = performance.now() + SEARCH_MOST_MS;
  const state = await searchStates.findById(companyId).lean<SearchState>();
  const generation = state?.generation ?? state?.building?.generation;
  const segments = generation === undefined ? [] : await deps.segmentList.live(companyId, generation);
  const format = state?.format ?? 1;
  const hasPairs = format >= FORMAT_WITH_PAIRS;
  const request: IndexRequest = {
    ...asked,
    conversationIds: asked.clientId ? await conversationsOf(deps, asked.clientId, asked) : null,
    hasAnswers: format >= FORMAT_WITH_ANSWERS,
  };
  const isOfOneClient = request.conversationIds !== null;
  const readQuery = (text: string) => {
    const query = parseQuery(text, sealing);
    return hasPairs ? query : { ...query, pairs: [] };
  };
  const query = readQuery(request.text);
  const [page, clients] = await Promise.all([
    findInOrder(deps, segments, { query, hasPairs }, request, deadline),
    request.after || isOfOneClient || query.clauses.length === 0
      ? []
      : findClients(deps, segments, query, request, deadline),
  ]);
  const isNothing = page.hits.length === 0 && clients.length === 0 && !page.isCut && !request.after;
  return {
    ...page,
    clients,
    suggestion:
      isNothing && request.text !== '' ? await suggest(deps, readQuery, segments, request, deadline) : null,
    index: {
      lagMs: state?.caughtUpAt ? Math.max(0, currentTimeMs() - state.caughtUpAt.getTime()) : null,
      builtThreads: state?.building && state.generation === null ? state.building.threads : null,
    },
  };
}

/** One per community and network dialogue: clients have only a few. */
const CONVERSATIONS_OF_CLIENT = 200;

/** The client's conversations that the person may see. */
async function conversationsOf(
  { companyId, conversations }: SearchDeps,
  clientId: string,
  { communityIds }: Pick<SearchRequest, 'communityIds'>,
): Promise<string[]> {
  const own = await conversations
    .find({ clientId, companyId, ...(communityIds && { communityId: { $in: communityIds } }) } as never, {
      _id: 1,
    })
    .limit(CONVERSATIONS_OF_CLIENT)
    .lean<Pick<Conversation, '_id'>[]>();
  return own.map(({ _id }) => _id.toHexString());
}
