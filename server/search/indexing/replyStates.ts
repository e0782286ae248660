/**
 * How the replies of some threads were answered. What is read of a thread may answer replies that are indexed already:
 * those are found here too, because their rows change.
 */
import type { Model, Types } from 'mongoose';
import type { Message } from '../../conversations/message.model.ts';
import { type AnswerWalk, type WalkedMessage, walkedFields } from '../../conversations/thread/answerWalk.ts';
import { type IndexedMessage, indexedFields } from '../text/searchable.ts';

export const readFields = { ...indexedFields, ...walkedFields } as const;
export type ReadMessage = IndexedMessage & WalkedMessage;

export interface WalkedThread {
  conversationId: Types.ObjectId;
  fromSeq: number;
  /** It has met everything from `fromSeq` on. */
  walk: AnswerWalk;
}

/** Most answers follow a reply or two. */
const EARLIER_AT_FIRST = 8;
const EARLIER_AT_ONCE = 500;

/** A message that ends a wait, or did before it was changed. */
export const mayEndWait = ({ kind, system }: WalkedMessage): boolean =>
  kind === 'answer' || kind === 'service' || system?.event === 'resolved';

/** Replies before `fromSeq` that nothing before it had answered or closed, by conversation; the walks have met them. */
export async function readEarlierReplies(
  messages: Model<Message>,
  threads: readonly WalkedThread[],
): Promise<Map<string, ReadMessage[]>> {
  const waiting = threads.filter(({ fromSeq }) => fromSeq > 1);
  const earlierOf = new Map<string, ReadMessage[]>();
  if (waiting.length === 0) return earlierOf;
  const read = await messages
    .find(
      {
        $or: waiting.map(({ conversationId, fromSeq }) => ({
          conversationId,
          seq: { $gte: fromSeq - EARLIER_AT_FIRST, $lt: fromSeq },
        })),
      },
      readFields,
    )
    .lean<ReadMessage[]>();
  const descending = byConversation(read.sort((a, b) => b.seq - a.seq));
  for (const thread of waiting) {
    const id = thread.conversationId.toHexString();
    const earlier: ReadMessage[] = [];
    earlierOf.set(id, earlier);
    let page = descending.get(id) ?? [];
    while (page.length > 0 && !collect(thread, page, earlier)) {
      page = await messages
        .find({ conversationId: thread.conversationId, seq: { $lt: page.at(-1)!.seq } }, readFields)
        .sort({ seq: -1 })
        .limit(EARLIER_AT_ONCE)
        .lean<ReadMessage[]>();
    }
  }
  return earlierOf;
}

/** In the order in which they are given. */
export function byConversation(messages: readonly ReadMessage[]): Map<string, ReadMessage[]> {
  const pages = new Map<string, ReadMessage[]>();
  for (const message of messages) {
    const id = message.conversationId.toHexString();
    const page = pages.get(id);
    if (page) page.push(message);
    else pages.set(id, [message]);
  }
  return pages;
}

/** @returns true once a reply was answered, or closed, before `fromSeq`: so were all replies before it. */
function collect(
  { walk, fromSeq }: WalkedThread,
  page: readonly ReadMessage[],
  earlier: ReadMessage[],
): boolean {
  for (const message of page) {
    walk.step(message);
    const state = walk.states.get(message.seq);
    if (!state) continue;
    if (state.kind !== 'open' && state.bySeq < fromSeq) return true;
    earlier.push(message);
  }
  return false;
}
