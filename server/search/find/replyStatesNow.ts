/**
 * How replies are answered as their threads stand now. The index may be a moment behind, and keeps earlier rows of a
 * reply until they are merged: so a hit by its answer is checked here.
 */
import type { Model, Types } from 'mongoose';
import type { Conversation } from '../../conversations/conversation.model.ts';
import type { Message } from '../../conversations/message.model.ts';
import {
  type ReplyState,
  startAnswerWalk,
  type WalkedMessage,
  walkedFields,
} from '../../conversations/thread/answerWalk.ts';

export interface CheckedReply {
  message: WalkedMessage & Pick<Message, '_id' | 'conversationId'>;
  thread: Pick<Conversation, 'lastSeq'>;
}

const REPLIES_AT_ONCE = 100;
/** Most answers follow within a few messages. */
const LATER_AT_FIRST = 20;
const LATER_AT_MOST = 500;

/** By message id. */
export async function replyStatesNow(
  messages: Model<Message>,
  replies: readonly CheckedReply[],
): Promise<Map<string, ReplyState>> {
  const states = new Map<string, ReplyState>();
  for (let at = 0; at < replies.length; at += REPLIES_AT_ONCE)
    await checkSome(messages, replies.slice(at, at + REPLIES_AT_ONCE), states);
  return states;
}

async function checkSome(
  messages: Model<Message>,
  replies: readonly CheckedReply[],
  states: Map<string, ReplyState>,
): Promise<void> {
  let open = replies.map((reply) => ({ ...reply, afterSeq: reply.message.seq }));
  for (let size = LATER_AT_FIRST; open.length > 0; size = Math.min(LATER_AT_MOST, size * 5)) {
    const later = await readLater(messages, open, size);
    open = open.flatMap((reply) => {
      const { message, thread, afterSeq } = reply;
      const walk = startAnswerWalk();
      for (const each of later)
        if (each.conversationId.equals(message.conversationId) && isIn(each.seq, afterSeq, size))
          walk.step(each);
      walk.step(message);
      const state = walk.states.get(message.seq)!;
      states.set(message._id.toHexString(), state);
      const nextAfter = afterSeq + size;
      return state.kind === 'open' && nextAfter < thread.lastSeq ? [{ ...reply, afterSeq: nextAfter }] : [];
    });
  }
}

const isIn = (seq: number, afterSeq: number, size: number): boolean =>
  seq > afterSeq && seq <= afterSeq + size;

/** From the end of each thread. */
async function readLater(
  messages: Model<Message>,
  open: readonly (CheckedReply & { afterSeq: number })[],
  size: number,
): Promise<(WalkedMessage & { conversationId: Types.ObjectId })[]> {
  const later = await messages
    .find(
      {
        $or: open.map(({ message: { conversationId }, afterSeq }) => ({
          conversationId,
          seq: { $gt: afterSeq, $lte: afterSeq + size },
        })),
      },
      { ...walkedFields, conversationId: 1 },
    )
    .lean<(WalkedMessage & { conversationId: Types.ObjectId })[]>();
  return later.sort((a, b) => b.seq - a.seq);
}
