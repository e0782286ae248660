/**
 * The threads that the search index has to read. A thread is marked by the write that changes it, so no change is
 * missed, and unmarked after the index has stored it, so a crash in between repeats it.
 */
import { type Model, Types } from 'mongoose';
import type { Conversation } from '../conversation.model.ts';

/** A range, so that the partial index serves it. */
const isDue = { searchFrom: { $gt: 0 } };

export function findSearchDue(
  conversations: Model<Conversation>,
  companyId: Types.ObjectId,
  limit: number,
): Promise<Conversation[]> {
  return conversations
    .find({ ...isDue, companyId } as never)
    .limit(limit)
    .lean<Conversation[]>()
    .exec();
}

/** Those that changed since they were read stay due. */
export async function clearSearchDue(
  conversations: Model<Conversation>,
  read: readonly Pick<Conversation, '_id' | 'revision'>[],
): Promise<void> {
  if (read.length === 0) return;
  await conversations.collection.bulkWrite(
    read.map(({ _id, revision }) => ({
      updateOne: { filter: { _id, revision }, update: { $unset: { searchFrom: '' } } },
    })) as never,
    { ordered: false },
  );
}

/** All threads in the order of their ids, for an index that is built anew. */
export function pageThreads(
  conversations: Model<Conversation>,
  companyId: Types.ObjectId,
  { after, limit }: { after: Types.ObjectId | null; limit: number },
): Promise<Conversation[]> {
  return conversations
    .find({ companyId, _id: { $gt: after ?? new Types.ObjectId('000000000000000000000000') } })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<Conversation[]>()
    .exec();
}
