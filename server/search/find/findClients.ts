/** Clients by a part of their names, and by the last digits of their phones. */
import type { SearchClient } from '../../../shared/schemas/search.ts';
import type { Conversation } from '../../conversations/conversation.model.ts';
import { toConversationRow } from '../../conversations/list/conversationRow.ts';
import type { Segment } from '../segments/segment.model.ts';
import { attributeTerm } from '../text/terms.ts';
import { findRows } from './findRows.ts';
import { inBatches } from './inBatches.ts';
import { findMarks } from './marks.ts';
import { indexClauses, type Query } from './parseQuery.ts';
import type { IndexRequest, SearchDeps } from './ports.ts';

const CLIENTS_MOST = 5;

export async function findClients(
  deps: SearchDeps,
  segments: readonly Segment[],
  query: Query,
  request: IndexRequest,
  deadline: number,
): Promise<SearchClient[]> {
  const { companyId, conversations } = deps;
  const { communityIds } = request;
  const communities = communityIds?.map((id) => attributeTerm('community', id));
  const rows = findRows(deps.reader, segments, {
    clauses: [
      ...indexClauses(query),
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
      const marks = findMarks(query, [thread.clientName]);
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
