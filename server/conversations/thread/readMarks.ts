/**
 * Read marks of the company's people: each person has their own, and it never goes back. What the team shares is
 * that a conversation waits for an answer, which the thread itself says (`list/foldMessage.ts`).
 */
import type { Model, Types } from 'mongoose';
import type { ReadMark } from '../../../shared/schemas/conversation.ts';
import { isDuplicateKey } from '../../storage/database.ts';
import { upserting } from '../../storage/upserting.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { Message } from '../message.model.ts';
import type { StoredReadMark } from './readMark.model.ts';

export interface ReadMarkDeps {
  readMarks: Model<StoredReadMark>;
  messages: Model<Message>;
}

export interface Read {
  /** Null when every reply up to this place was answered: there is nothing to mark. */
  readMark: ReadMark | null;
  /** The newest reply that the person had not read before; null when the mark did not move. */
  newestRead: Message | null;
}

/** The person has read the thread up to this place. Safe to repeat and to race. */
export async function markReadUpTo(
  { readMarks, messages }: ReadMarkDeps,
  personId: string,
  { _id: conversationId, answeredReplyCount }: Conversation,
  upToSeq: number,
): Promise<Read> {
  const newest = await messages
    .findOne({ conversationId, seq: { $lte: upToSeq }, kind: 'reply' })
    .sort({ seq: -1 })
    .lean<Message>();
  const readReplyCount = newest?.replyOrdinal ?? 0;
  if (readReplyCount <= answeredReplyCount) return { readMark: null, newestRead: null };
  const hasMoved = await raiseMark(readMarks, keyOf(personId, conversationId), readReplyCount);
  return {
    readMark: { conversationId: conversationId.toHexString(), readReplyCount },
    newestRead: hasMoved ? newest : null,
  };
}

async function raiseMark(
  readMarks: Model<StoredReadMark>,
  _id: string,
  readReplyCount: number,
): Promise<boolean> {
  try {
    await upserting(() =>
      readMarks.updateOne(
        { _id, readReplyCount: { $lt: readReplyCount } },
        { $set: { readReplyCount, at: currentTime() } },
        { upsert: true },
      ),
    );
    return true;
  } catch (error) {
    // The stored mark is as high or higher.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** The person's marks in these conversations; those without a reply to read are not looked up. */
export function marksIn(
  readMarks: Model<StoredReadMark>,
  personId: string,
  conversations: readonly Pick<Conversation, '_id' | 'replyCount' | 'answeredReplyCount'>[],
): Promise<ReadMark[]> {
  const withReplies = conversations.filter(
    ({ replyCount, answeredReplyCount }) => replyCount > answeredReplyCount,
  );
  return findMarks(
    readMarks,
    personId,
    withReplies.map(({ _id }) => _id),
  );
}

export async function findMarks(
  readMarks: Model<StoredReadMark>,
  personId: string,
  conversationIds: readonly (Types.ObjectId | string)[],
): Promise<ReadMark[]> {
  if (conversationIds.length === 0) return [];
  const found = await readMarks
    .find({ _id: { $in: conversationIds.map((id) => keyOf(personId, id)) } })
    .lean<StoredReadMark[]>();
  return found.map(({ _id, readReplyCount }) => ({
    conversationId: _id.slice(_id.indexOf(':') + 1),
    readReplyCount,
  }));
}

const keyOf = (personId: string, conversationId: Types.ObjectId | string) => `${personId}:${conversationId}`;
