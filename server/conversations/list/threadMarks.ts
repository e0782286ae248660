/**
 * The threads that a follower has still to read: the search's index or the figures. The write that changes a thread marks it
 * for them, so no change is missed. A follower unmarks a thread after it has stored what it read, and only while the thread
 * is still as it was read: a crash in between repeats it.
 */
import { type Model, Types } from 'mongoose';
import type { Conversation } from '../conversation.model.ts';
import type { Message } from '../message.model.ts';

/** Each holds the first message to read again, and has a partial index. */
export type ThreadMark = 'searchFrom' | 'figuresFrom';

/** The search's index reads the thread again from the message on. */
export function searchAgain(
  { searchFrom }: Pick<Conversation, 'searchFrom'>,
  { seq }: Pick<Message, 'seq'>,
): Pick<Conversation, 'searchFrom'> {
  return { searchFrom: Math.min(searchFrom ?? seq, seq) };
}

/** The figures count the thread again from the message on. */
export function countAgain(
  { figuresFrom }: Pick<Conversation, 'figuresFrom'>,
  { seq }: Pick<Message, 'seq'>,
): Pick<Conversation, 'figuresFrom'> {
  return { figuresFrom: Math.min(figuresFrom ?? seq, seq) };
}

/** Both read it again from the message on: it became an answer, or is none any more. */
export function followAgain(
  conversation: Pick<Conversation, ThreadMark>,
  message: Pick<Message, 'seq'>,
): Pick<Conversation, ThreadMark> {
  return { ...searchAgain(conversation, message), ...countAgain(conversation, message) };
}

/** A question for a mark counts as asked, or does not, when what the network said of it changes. */
export function countQuestionAgain(
  conversation: Pick<Conversation, 'figuresFrom'>,
  message: Pick<Message, 'seq' | 'ratingId'>,
): Partial<Conversation> {
  return message.ratingId ? countAgain(conversation, message) : {};
}

export function findMarked(
  conversations: Model<Conversation>,
  companyId: Types.ObjectId,
  mark: ThreadMark,
  limit: number,
): Promise<Conversation[]> {
  // A range, so that the partial index serves it.
  return conversations
    .find({ [mark]: { $gt: 0 }, companyId } as never)
    .limit(limit)
    .lean<Conversation[]>()
    .exec();
}

export interface ReadThread {
  conversation: Pick<Conversation, '_id' | 'revision'>;
  /** What reading it gave. */
  set?: Partial<Conversation>;
}

/** Those that changed since they were read stay marked. */
export async function unmark(
  conversations: Model<Conversation>,
  mark: ThreadMark,
  read: readonly ReadThread[],
): Promise<void> {
  if (read.length === 0) return;
  await conversations.collection.bulkWrite(
    read.map(({ conversation: { _id, revision }, set }) => ({
      updateOne: {
        filter: { _id, revision },
        update: { $unset: { [mark]: '' }, ...(set && { $set: set }) },
      },
    })) as never,
    { ordered: false },
  );
}

/** All threads in the order of their ids, for a follower that begins anew. */
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
