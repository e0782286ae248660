/**
 * Messages that match, each checked against itself as it is now and against what the person may see, until the page is
 * full or the time is over.
 */
import type { SearchAnswer, SearchHit } from '../../../shared/schemas/search.ts';
import type { Conversation } from '../../conversations/conversation.model.ts';
import { toConversationRow } from '../../conversations/list/conversationRow.ts';
import type { Message } from '../../conversations/message.model.ts';
import { formatCursor } from '../../storage/pageCursor.ts';
import type { IndexedRow } from '../segments/rows.ts';
import type { Segment } from '../segments/segment.model.ts';
import { type IndexedMessage, indexedFields, isSearchable, textsOf } from '../text/searchable.ts';
import { attributeTerm } from '../text/terms.ts';
import { findRows } from './findRows.ts';
import { inBatches } from './inBatches.ts';
import { excerptAround, findMarks } from './marks.ts';
import type { Clause, Query } from './parseQuery.ts';
import type { SearchDeps, SearchRequest } from './ports.ts';

export async function findMessages(
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
