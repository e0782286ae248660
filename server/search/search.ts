/**
 * A search, as the desk answers it: hits of the index, checked against the messages as they are now and against what
 * the person may see, until the page is full or the time is over.
 */
import type { Model, QueryFilter, Types } from 'mongoose';
import pLimit from 'p-limit';
import type { MessageKind } from '../../shared/schemas/message.ts';
import type { SearchAnswer, SearchClient, SearchHit } from '../../shared/schemas/search.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { toConversationRow } from '../conversations/list/conversationRow.ts';
import type { Message } from '../conversations/message.model.ts';
import { formatCursor, type Place } from '../storage/pageCursor.ts';
import type { Sealing } from '../storage/sealing.ts';
import { findRows } from './find/findRows.ts';
import { excerptAround, findMarks } from './find/marks.ts';
import { type Clause, parseQuery, type Query } from './find/parseQuery.ts';
import { findCorrections } from './find/suggest.ts';
import type { SearchState } from './searchState.model.ts';
import { PageGoneError } from './segments/pageReader.ts';
import type { IndexedRow } from './segments/rows.ts';
import type { SearchModels, Segment } from './segments/segment.model.ts';
import { listSegments } from './segments/segmentList.ts';
import type { SegmentReader } from './segments/segmentReader.ts';
import { onOtherLayout } from './text/keyboardLayout.ts';
import { type IndexedMessage, indexedFields, isSearchable, textsOf } from './text/searchable.ts';
import { attributeTerm } from './text/terms.ts';

export interface SearchDeps {
  companyId: Types.ObjectId;
  models: SearchModels;
  searchStates: Model<SearchState>;
  reader: SegmentReader;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  sealing: Pick<Sealing, 'blindIndex'>;
}

export interface SearchRequest {
  text: string;
  /** The communities that the person may see, and has not filtered out; null for all. */
  communityIds: readonly string[] | null;
  kinds: readonly MessageKind[];
  personId: string | null;
  hasFile: boolean;
  conversation: QueryFilter<Conversation> | null;
  from: Date | null;
  before: Date | null;
  after: Place | null;
  limit: number;
}

const SEARCH_MOST_MS = 2_000;
/** The first batch is about a page. Later ones are larger: a phrase of frequent words is rare among its hits. */
const CHECKED_AT_FIRST = 50;
const CHECKED_MOST = 500;
const CLIENTS_MOST = 5;
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

async function searchOnce(deps: SearchDeps, request: SearchRequest): Promise<SearchAnswer> {
  const { companyId, models, searchStates, sealing } = deps;
  const deadline = performance.now() + SEARCH_MOST_MS;
  const state = await searchStates.findById(companyId).lean<SearchState>();
  const generation = state?.generation ?? state?.building?.generation;
  const segments = generation === undefined ? [] : await listSegments(models, companyId, generation);
  const query = parseQuery(request.text, sealing);
  const [page, clients] = await Promise.all([
    findMessages(deps, segments, query, request, deadline),
    request.after || query.clauses.length === 0 ? [] : findClients(deps, segments, query, request, deadline),
  ]);
  const isNothing = page.hits.length === 0 && clients.length === 0 && !page.isCut && !request.after;
  return {
    ...page,
    clients,
    suggestion: isNothing && request.text !== '' ? await suggest(deps, segments, request, deadline) : null,
    index: {
      caughtUpAt: state?.caughtUpAt?.toISOString() ?? null,
      builtThreads: state?.building && state.generation === null ? state.building.threads : null,
    },
  };
}

async function findMessages(
  deps: SearchDeps,
  segments: readonly Segment[],
  query: Query,
  request: SearchRequest,
  deadline: number,
): Promise<Pick<SearchAnswer, 'hits' | 'nextCursor' | 'isCut'>> {
  const { after, from, before, limit } = request;
  const rows = findRows(deps.reader, segments, {
    clauses: [...query.clauses, ...attributeClauses(request)],
    after: after && { atMs: after.at.getTime(), messageId: after.id },
    fromMs: from?.getTime(),
    beforeMs: before?.getTime(),
  });
  const hits: SearchHit[] = [];
  let last: IndexedRow | null = null;
  for await (const some of inBatches(rows)) {
    const checked = await checkHits(deps, query, request, some);
    for (const row of some) {
      const hit = checked.get(row.messageId.toHexString());
      if (hit && hits.length === limit) return { hits, nextCursor: cursorOf(last!), isCut: false };
      last = row;
      if (hit) hits.push(hit);
    }
    if (performance.now() > deadline) return { hits, nextCursor: last && cursorOf(last), isCut: true };
  }
  return { hits, nextCursor: null, isCut: false };
}

/** A text that was typed on the other layout, or with one wrong letter, if it finds something. */
async function suggest(
  deps: SearchDeps,
  segments: readonly Segment[],
  request: SearchRequest,
  deadline: number,
): Promise<SearchAnswer['suggestion']> {
  const firstHit = async (text: string) => {
    const query = parseQuery(text, deps.sealing);
    const { hits } = await findMessages(deps, segments, query, { ...request, text, limit: 1 }, deadline);
    return hits[0];
  };
  const otherLayout = onOtherLayout(request.text);
  if (otherLayout !== null && (await firstHit(otherLayout))) return { text: otherLayout, why: 'otherLayout' };
  let corrected = request.text;
  for (const { typed, stem } of await findCorrections(deps.reader, segments, request.text)) {
    // The index knows stems: a message that holds it has the whole word.
    const hit = await firstHit(stem);
    const [mark] = hit?.excerpt.marks ?? [];
    if (hit && mark) corrected = corrected.replace(typed, hit.excerpt.text.slice(...mark).toLowerCase());
  }
  if (corrected === request.text || !(await firstHit(corrected))) return null;
  return { text: corrected, why: 'spelling' };
}

const cursorOf = ({ atMs, messageId }: IndexedRow) => formatCursor({ at: new Date(atMs), id: messageId });

/** What is known of a message without its text, as clauses: so a filter costs no more than a word. */
function attributeClauses({
  communityIds,
  kinds,
  personId,
  hasFile,
}: Pick<SearchRequest, 'communityIds' | 'kinds' | 'personId' | 'hasFile'>): Pick<
  Clause,
  'terms' | 'beginnings'
>[] {
  const clauses = [kinds.map((kind) => attributeTerm('kind', kind))];
  if (communityIds) clauses.push(communityIds.map((id) => attributeTerm('community', id)));
  if (personId) clauses.push([attributeTerm('person', personId)]);
  if (hasFile) clauses.push([attributeTerm('file')]);
  return clauses.map((terms) => ({ terms, beginnings: [] }));
}

type ShownMessage = IndexedMessage & Pick<Message, 'authorType' | 'authorName'>;
const shownFields = { ...indexedFields, authorType: 1, authorName: 1 } as const;

/** By message id. The queries themselves hold what the person may see. */
async function checkHits(
  { companyId, messages, conversations }: SearchDeps,
  query: Query,
  { communityIds, conversation: conversationFilter }: SearchRequest,
  rows: readonly IndexedRow[],
): Promise<Map<string, SearchHit>> {
  const visible = { companyId, ...(communityIds && { communityId: { $in: communityIds } }) };
  const [stored, threads] = await Promise.all([
    messages
      .find({ _id: { $in: rows.map(({ messageId }) => messageId) }, ...visible } as never, shownFields)
      .lean<ShownMessage[]>(),
    conversations
      .find({
        $and: [
          { _id: { $in: rows.map(({ conversationId }) => conversationId) }, ...visible },
          conversationFilter ?? {},
        ],
      } as never)
      .lean<Conversation[]>(),
  ]);
  const threadOf = new Map(threads.map((thread) => [thread._id.toHexString(), thread]));
  const hits = new Map<string, SearchHit>();
  for (const message of stored) {
    const thread = threadOf.get(message.conversationId.toHexString());
    if (!thread || thread.erasedAt || !isSearchable(message)) continue;
    const { text, others } = textsOf(message);
    const marks = findMarks(query, [text, ...others]);
    if (!marks) continue;
    // A hit in a file's name or a forwarded message is shown there.
    const shown =
      marks[0]!.length > 0 || text !== ''
        ? 0
        : Math.max(
            0,
            marks.findIndex((each) => each.length > 0),
          );
    hits.set(message._id.toHexString(), {
      messageId: message._id.toHexString(),
      seq: message.seq,
      kind: message.kind,
      sentAt: message.sentAt.toISOString(),
      author: {
        type: message.authorType,
        personId: message.personId?.toHexString() ?? null,
        name: message.authorType === 'client' ? thread.clientName : message.authorName,
      },
      excerpt: excerptAround([text, ...others][shown]!, marks[shown]!),
      attachmentKinds: message.attachments.map(({ kind }) => kind),
      conversation: toConversationRow(thread),
    });
  }
  return hits;
}

/** Clients by their names, and by the last digits of their phones. */
async function findClients(
  deps: SearchDeps,
  segments: readonly Segment[],
  query: Query,
  request: SearchRequest,
  deadline: number,
): Promise<SearchClient[]> {
  const { companyId, conversations } = deps;
  const { communityIds } = request;
  const communities = communityIds?.map((id) => attributeTerm('community', id));
  const rows = findRows(deps.reader, segments, {
    clauses: [
      ...query.clauses,
      { terms: [attributeTerm('kind', 'client')], beginnings: [] },
      ...(communities ? [{ terms: communities, beginnings: [] }] : []),
    ],
    after: null,
  });
  const clients: SearchClient[] = [];
  for await (const some of inBatches(rows)) {
    const threads = await conversations
      .find({
        _id: { $in: some.map(({ messageId }) => messageId) },
        companyId,
        ...(communityIds && { communityId: { $in: communityIds } }),
      } as never)
      .lean<Conversation[]>();
    const threadOf = new Map(threads.map((thread) => [thread._id.toHexString(), thread]));
    for (const { messageId } of some) {
      const thread = threadOf.get(messageId.toHexString());
      if (!thread || thread.erasedAt) continue;
      const marks = findMarks({ clauses: query.clauses, phrases: query.phrases }, [thread.clientName]);
      // A hit by the phone has no mark: its digits are not shown here.
      const isByPhone = query.clauses.some(({ terms }) => terms.some((term) => term.startsWith('x')));
      if (!marks && !isByPhone) continue;
      clients.push({ conversation: toConversationRow(thread), marks: marks?.[0] ?? [] });
      if (clients.length === CLIENTS_MOST) return clients;
    }
    if (performance.now() > deadline) break;
  }
  return clients;
}

async function* inBatches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  let size = CHECKED_AT_FIRST;
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    size = Math.min(CHECKED_MOST, size * 2);
  }
  if (batch.length > 0) yield batch;
}
