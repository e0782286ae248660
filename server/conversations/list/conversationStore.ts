/**
 * The only writer of conversation rows. Every change is one compare-and-set on `revision`, which it raises by one,
 * and is announced after it is durable. What changes a message writes the message first and the row second: whoever
 * reads a row and then its messages holds messages at least as new as the row's revision.
 */
import type { Model, Types } from 'mongoose';
import type { Change } from '../../../shared/events.ts';
import { inserting, type OrderedWrite, updating, writeInOrder } from '../../storage/writeInOrder.ts';
import type { Conversation } from '../conversation.model.ts';
import type { Message } from '../message.model.ts';
import { toMessageView } from '../thread/messageView.ts';
import { toConversationRow } from './conversationRow.ts';
import { foldMessage } from './foldMessage.ts';

export type Publish = (change: Change) => void;

export interface ConversationStore {
  /**
   * Changes a row; `decide` may run again on a newer row, and returns null when there is nothing to change. A row that
   * was read just now may be given instead of its id: it is decided on first, which saves reading it again.
   */
  change(
    of: Types.ObjectId | Conversation,
    decide: (conversation: Conversation) => Partial<Conversation> | null,
    messages?: Message[],
  ): Promise<Conversation>;
  /** The same for rows that were read just now, as one write, and told of together: one packet to each screen. */
  changeAll(
    of: Conversation[],
    decide: (conversation: Conversation) => Partial<Conversation> | null,
  ): Promise<void>;
  /** Folds into the row every message that it has not seen. Repeats and races do no harm. */
  rollForward(conversationId: Types.ObjectId): Promise<Conversation>;
  /**
   * Stores a message that is the row's next and folds it in, as one write. Rejects when the message could not be
   * stored; when only the row had moved meanwhile, does what `rollForward` does.
   * @param before what must be there before the message, written with it.
   */
  append(conversation: Conversation, message: Message, before?: OrderedWrite[]): Promise<Conversation>;
}

export function createConversationStore(
  conversations: Model<Conversation>,
  messages: Model<Message>,
  publish: Publish,
): ConversationStore {
  function publishChange(conversation: Conversation, changed: Message[]): void {
    publish({
      type: 'conversation.changed',
      row: toConversationRow(conversation),
      messages: changed.map(toMessageView),
    });
  }

  async function compareAndSet(
    conversation: Conversation,
    change: Partial<Conversation>,
  ): Promise<Conversation | null> {
    const { filter, set, next } = plan(conversation, change);
    const written = await conversations.updateOne(filter, { $set: set });
    return written.matchedCount === 0 ? null : next;
  }

  /** The row as it is in the end, and whether this call has changed it. */
  async function applyUntilWritten(
    start: Conversation,
    decide: (conversation: Conversation) => Partial<Conversation> | null,
  ): Promise<{ conversation: Conversation; isChanged: boolean }> {
    for (let conversation = start; ; conversation = await read(conversation._id)) {
      const change = decide(conversation);
      if (!change) return { conversation, isChanged: false };
      const next = await compareAndSet(conversation, change);
      if (next) return { conversation: next, isChanged: true };
    }
  }

  const read = (id: Types.ObjectId) => conversations.findById(id).orFail().lean<Conversation>();

  const conversationStore: ConversationStore = {
    async change(of, decide, changed = []) {
      const start = '_id' in of && 'revision' in of ? of : await read(of);
      const { conversation, isChanged } = await applyUntilWritten(start, decide);
      if (isChanged) publishChange(conversation, changed);
      return conversation;
    },
    async changeAll(of, decide) {
      const planned = of.flatMap((conversation) => {
        const change = decide(conversation);
        return change ? [plan(conversation, change)] : [];
      });
      if (planned.length === 0) return;
      const { matchedCount } = await conversations.collection.bulkWrite(
        planned.map(({ filter, set }) => ({ updateOne: { filter, update: { $set: set } } })),
        { ordered: false },
      );
      const isAll = matchedCount === planned.length;
      // Which of them had moved meanwhile is not said: each is looked at again, and a row told twice does no harm.
      for (const { next } of planned)
        publishChange(
          isAll ? next : (await applyUntilWritten(await read(next._id), decide)).conversation,
          [],
        );
    },
    async rollForward(conversationId) {
      for (;;) {
        const conversation = await read(conversationId);
        const unseen = await messages
          .findOne({ conversationId, seq: conversation.lastSeq + 1 })
          .lean<Message>();
        if (!unseen) return conversation;
        const next = await compareAndSet(conversation, foldMessage(conversation, unseen));
        if (next) publishChange(next, [unseen]);
      }
    },
    async append(conversation, message, before = []) {
      const { filter, set, next } = plan(conversation, foldMessage(conversation, message));
      const fitted = await writeInOrder([
        ...before,
        inserting(messages, message),
        updating(conversations, filter, set),
      ]);
      if (fitted === 0) return conversationStore.rollForward(conversation._id);
      publishChange(next, [message]);
      return next;
    },
  };
  return conversationStore;
}

/** The write that holds only while the row is as it was read. */
function plan(conversation: Conversation, change: Partial<Conversation>) {
  const set = { ...change, revision: conversation.revision + 1 };
  return {
    filter: { _id: conversation._id, revision: conversation.revision },
    set,
    next: { ...conversation, ...set },
  };
}
