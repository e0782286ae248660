/**
 * Messages that match, each checked against itself as it is now and against what the person may see, until the page is
 * full or the time is over.
 */
import { messageKinds } from '../../../shared/schemas/message.ts';
import type { SearchAnswer, SearchHit } from '../../../shared/schemas/search.ts';
import type { Conversation } from '../../conversations/conversation.model.ts';
import { toConversationRow } from '../../conversations/list/conversationRow.ts';
import type { Message } from '../../conversations/message.model.ts';
import { type ReplyState, type WalkedMessage, walkedFields } from '../../conversations/thread/answerWalk.ts';
import { formatCursor } from '../../storage/pageCursor.ts';
import type { IndexedRow } from '../segments/rows.ts';
import type { Segment } from '../segments/segment.model.ts';
import { answeredClauses, isAnsweredAs } from '../text/answerBands.ts';
import {
  type IndexedMessage,
  indexedFields,
  isSearchable,
  type SearchableTexts,
  textsOf,
} from '../text/searchable.ts';
import { attributeTerm } from '../text/terms.ts';
import { findRows } from './findRows.ts';
import { inBatches } from './inBatches.ts';
import { excerptAround, findMarks, type Mark } from './marks.ts';
import { type Clause, indexClauses, type Query } from './parseQuery.ts';
import type { IndexRequest, SearchDeps } from './ports.ts';
import { replyStatesNow } from './replyStatesNow.ts';

export async function findMessages(
  deps: SearchDeps,
  segments: readonly Segment[],
  query: Query,
  request: IndexRequest,
  deadline: number,
): Promise<Pick<SearchAnswer, 'hits' | 'nextCursor' | 'isCut'>> {
  const { after, from, before, limit } = request;
  const rows = findRows(deps.reader, segments, {
    clauses: [...indexClauses(query), ...attributeClauses(query, request)],
    after: after?.after ? { atMs: after.after.at.getTime(), messageId: after.after.id } : null,
    fromMs: from?.getTime(),
    beforeMs: before?.getTime(),
  });
  const hits: SearchHit[] = [];
  let last: IndexedRow | null = null;
  for await (const some of inBatches(messageRows(rows))) {
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

/** A client's row has the conversation in place of a message. */
async function* messageRows(rows: AsyncIterable<IndexedRow>): AsyncGenerator<IndexedRow> {
  for await (const row of rows) if (!row.messageId.equals(row.conversationId)) yield row;
}

const cursorOf = ({ atMs, messageId }: IndexedRow) => formatCursor({ at: new Date(atMs), id: messageId });

/** What the index holds besides clients. */
const ALL_KINDS = messageKinds.filter((kind) => kind !== 'system');

/** What is known of a message without its text, as clauses: so a filter costs no more than a word. */
function attributeClauses(
  query: Query,
  { communityIds, kinds, personId, answered, hasAnswers, conversationIds, hasFile }: IndexRequest,
): Pick<Clause, 'terms' | 'beginnings'>[] {
  const clauses: string[][] = [];
  if (communityIds) clauses.push(communityIds.map((id) => attributeTerm('community', id)));
  if (conversationIds) clauses.push(conversationIds.map((id) => attributeTerm('conversation', id)));
  if (answered) {
    clauses.push([attributeTerm('kind', 'reply')]);
    if (hasAnswers) clauses.push(...answeredClauses(answered, personId));
  } else if (personId) clauses.push([attributeTerm('person', personId)]);
  if (hasFile) clauses.push([attributeTerm('file')]);
  // All kinds are most rows of the index: naming them costs more than leaving the clients' rows out afterwards.
  const isAll = clauses.length === 0 && query.clauses.length === 0;
  if (kinds || isAll) clauses.push((kinds ?? ALL_KINDS).map((kind) => attributeTerm('kind', kind)));
  return clauses.map((terms) => ({ terms, beginnings: [] }));
}

type ShownMessage = IndexedMessage & WalkedMessage & Pick<Message, 'authorType' | 'authorName'>;
/** A message that matches, with its conversation. */
interface Found {
  message: ShownMessage;
  texts: SearchableTexts;
  marks: Mark[][];
  thread: Conversation;
}

const shownFields = { ...indexedFields, ...walkedFields, authorType: 1, authorName: 1 } as const;

/** By message id. The queries themselves hold what the person may see. */
async function checkHits(
  { companyId, messages, conversations }: SearchDeps,
  query: Query,
  request: IndexRequest,
  rows: readonly IndexedRow[],
): Promise<Map<string, SearchHit>> {
  const { communityIds, conversation: conversationFilter, answered, personId } = request;
  const visible = { companyId, ...(communityIds && { communityId: { $in: communityIds } }) };
  const stored = await messages
    .find({ _id: { $in: rows.map(({ messageId }) => messageId) }, ...visible } as never, shownFields)
    .lean<ShownMessage[]>();
  // Only what matches needs its conversation: most messages that hold the words of a phrase do not.
  const matching = stored.flatMap((message) => {
    const texts = isSearchable(message) && isAsked(message, request) ? textsOf(message) : null;
    const all = texts && [texts.text, ...texts.others];
    const marks = all && findMarks(query, all);
    if (marks && query.except && findMarks(query.except, all)) return [];
    return marks ? [{ message, texts, marks }] : [];
  });
  if (matching.length === 0) return new Map();
  const threads = await conversations
    .find({
      $and: [
        { _id: { $in: matching.map(({ message }) => message.conversationId) }, ...visible },
        conversationFilter ?? {},
      ],
    } as never)
    .lean<Conversation[]>();
  const threadOf = new Map(threads.map((thread) => [thread._id.toHexString(), thread]));
  const found = matching.flatMap((each) => {
    const thread = threadOf.get(each.message.conversationId.toHexString());
    return thread && !thread.erasedAt ? [{ ...each, thread }] : [];
  });
  const wanted: (Found & { state?: ReplyState })[] = answered
    ? await answeredAs(messages, found, { filter: answered, personId })
    : found;
  const hits = new Map<string, SearchHit>();
  for (const {
    message,
    texts: { text, others },
    marks,
    thread,
    state,
  } of wanted) {
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
      answer: state?.kind === 'answered' ? { afterMs: state.afterMs, personId: state.personId } : null,
      conversation: toConversationRow(thread),
    });
  }
  return hits;
}

/** An edit may take a file away, and an answer may turn out to be a service message: earlier rows stay for a while. */
function isAsked(
  { kind, personId, attachments }: ShownMessage,
  { kinds, personId: wantedId, answered, hasFile }: IndexRequest,
): boolean {
  if (kinds && !kinds.includes(kind)) return false;
  if (hasFile && attachments.length === 0) return false;
  // With `answered` it is the person who answered.
  return Boolean(answered) || !wantedId || personId?.toHexString() === wantedId;
}

/** Those that are answered so, with how they are answered. */
async function answeredAs(
  messages: SearchDeps['messages'],
  found: readonly Found[],
  wanted: Parameters<typeof isAnsweredAs>[1],
): Promise<(Found & { state: ReplyState })[]> {
  const replies = found.filter(({ message }) => message.kind === 'reply');
  const states = await replyStatesNow(messages, replies);
  return replies
    .map((reply) => ({ ...reply, state: states.get(reply.message._id.toHexString())! }))
    .filter(({ state }) => isAnsweredAs(state, wanted));
}
