/**
 * Takes erased messages and clients out of the index: each segment that holds rows of such a thread is written anew
 * without them. Nothing of their words stays in a dictionary.
 */
import type { Model, Types } from 'mongoose';
import type { Conversation } from '../../conversations/conversation.model.ts';
import type { Message } from '../../conversations/message.model.ts';
import type { SearchRemoval } from '../searchState.model.ts';
import { type MergeAbout, type MergeDeps, mergeSegments } from '../segments/merge.ts';
import { baseOf } from '../segments/postings.ts';
import { byRowPage } from '../segments/rows.ts';
import type { Segment } from '../segments/segment.model.ts';
import { deleteSegments } from '../segments/segmentList.ts';
import { createSegmentReader } from '../segments/segmentReader.ts';
import { listOf } from '../segments/slotSet.ts';
import { type IndexedMessage, indexedFields, isSearchable } from '../text/searchable.ts';
import { attributeTerm } from '../text/terms.ts';

export interface RemoveDeps extends MergeDeps {
  searchRemovals: Model<SearchRemoval>;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  segments(): Promise<Segment[]>;
}

const THREADS_AT_ONCE = 200;
const ROW_PAGES_AT_ONCE = 32;

/** True when it removed something. Safe to repeat: the request stays until all segments were written. */
export async function removeErased(
  deps: RemoveDeps,
  { companyId, holdsLease, before }: Pick<MergeAbout, 'companyId' | 'holdsLease'> & { before: Date },
): Promise<boolean> {
  const asked = await deps.searchRemovals
    .find({ companyId, askedAt: { $lte: before } })
    .sort({ askedAt: 1 })
    .limit(THREADS_AT_ONCE)
    .lean<SearchRemoval[]>();
  if (asked.length === 0) return false;
  const threadIds = asked.map(({ _id }) => _id);
  for (const segment of await deps.segments()) {
    const gone = await goneRows(deps, segment, threadIds);
    if (gone.size === 0) continue;
    await mergeSegments(deps, {
      companyId,
      holdsLease,
      generations: segment.generations,
      sources: [segment],
      isGone: (_, slot) => gone.has(slot),
    });
    await deleteSegments(deps.models, [segment._id]);
  }
  // One that was asked for again meanwhile stays.
  for (const { _id, askedAt } of asked) await deps.searchRemovals.deleteOne({ _id, askedAt });
  return true;
}

async function goneRows(
  { pages, messages, conversations }: RemoveDeps,
  segment: Segment,
  threadIds: readonly Types.ObjectId[],
): Promise<Set<number>> {
  const reader = createSegmentReader(pages);
  const terms = threadIds.map((id) => attributeTerm('conversation', id.toHexString()));
  const [found] = await reader.findTerms([segment], { terms, beginnings: [], beginningsMost: 0 });
  const groups = [...found!.byTerm.values()].flatMap((entry) =>
    entry.groups.map((group) => ({ segment, entry, group })),
  );
  const sets = await reader.readGroups(groups);
  const slots = sets.flatMap((set, at) =>
    Array.from(listOf(set), (slot) => baseOf(groups[at]!.group) + slot),
  );
  const gone = new Set<number>();
  const pagesOfRows = byRowPage(slots).map((page) => ({ segment, ...page }));
  for (let start = 0; start < pagesOfRows.length; start += ROW_PAGES_AT_ONCE) {
    const read = pagesOfRows.slice(start, start + ROW_PAGES_AT_ONCE);
    const some = read.flatMap((page) => page.slots);
    const rows = await reader.readRows(read);
    const ids = rows.map(({ messageId }) => messageId);
    const [stored, threads] = await Promise.all([
      messages.find({ _id: { $in: ids } }, indexedFields).lean<IndexedMessage[]>(),
      conversations
        .find({ _id: { $in: ids } }, { erasedAt: 1 })
        .lean<Pick<Conversation, '_id' | 'erasedAt'>[]>(),
    ]);
    const kept = new Set([
      ...stored.filter(isSearchable).map(({ _id }) => _id.toHexString()),
      ...threads.filter(({ erasedAt }) => !erasedAt).map(({ _id }) => _id.toHexString()),
    ]);
    for (const [at, { messageId }] of rows.entries())
      if (!kept.has(messageId.toHexString())) gone.add(some[at]!);
  }
  return gone;
}
