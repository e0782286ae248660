/**
 * The threads that the figures have to count. As for the search, the write that changes a thread marks it, and it is
 * unmarked only while it is still as it was counted.
 */
import type { Model, Types } from 'mongoose';
import type { Conversation } from '../conversation.model.ts';
import type { Message } from '../message.model.ts';

/** The figures count the thread again from this message on. */
export function countAgain(
  { figuresFrom }: Pick<Conversation, 'figuresFrom'>,
  { seq }: Pick<Message, 'seq'>,
): Pick<Conversation, 'figuresFrom'> {
  return { figuresFrom: Math.min(figuresFrom ?? seq, seq) };
}

/** A question for a mark counts as asked, or does not, when what the network said of it changes. */
export function countQuestionAgain(
  conversation: Pick<Conversation, 'figuresFrom'>,
  message: Pick<Message, 'seq' | 'ratingId'>,
): Partial<Conversation> {
  return message.ratingId ? countAgain(conversation, message) : {};
}

export function findFiguresDue(
  conversations: Model<Conversation>,
  companyId: Types.ObjectId,
  limit: number,
): Promise<Conversation[]> {
  // A range, so that the partial index serves it.
  return conversations
    .find({ figuresFrom: { $gt: 0 }, companyId } as never)
    .limit(limit)
    .lean<Conversation[]>()
    .exec();
}

export interface Counted {
  conversation: Pick<Conversation, '_id' | 'revision'>;
  /** See the conversation's field. */
  caseWaitedMs: number;
}

/** Those that changed since they were read stay due. */
export async function clearFiguresDue(
  conversations: Model<Conversation>,
  counted: readonly Counted[],
): Promise<void> {
  if (counted.length === 0) return;
  await conversations.collection.bulkWrite(
    counted.map(({ conversation: { _id, revision }, caseWaitedMs }) => ({
      updateOne: {
        filter: { _id, revision },
        update: { $set: { caseWaitedMs }, $unset: { figuresFrom: '' } },
      },
    })) as never,
    { ordered: false },
  );
}
