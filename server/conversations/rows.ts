/**
 * The only writer of conversation rows. Every change is one compare-and-set on `revision`, which it raises by one,
 * and is announced after it is durable. What changes a message writes the message first and the row second: whoever
 * reads a row and then its messages holds messages at least as new as the row's revision.
 */
import type { Model, Types } from 'mongoose';
import type { Change } from '../../shared/events.ts';
import type { Message } from '../messages/message.model.ts';
import { toMessageView } from '../messages/messageView.ts';
import type { Conversation } from './conversation.model.ts';
import { toConversationRow } from './conversationRow.ts';
import { nextRow } from './nextRow.ts';

export type Announce = (change: Change) => void;

export interface Rows {
  /**
   * Changes a row; `decide` may run again on a newer row, and returns null when there is nothing to change. A row that
   * was read just now may be given instead of its id: it is decided on first, which saves reading it again.
   */
  change(
    of: Types.ObjectId | Conversation,
    decide: (row: Conversation) => Partial<Conversation> | null,
    messages?: Message[],
  ): Promise<Conversation>;
  /** Folds into the row every message that it has not seen. Repeats and races do no harm. */
  rollForward(conversationId: Types.ObjectId): Promise<Conversation>;
  /** Folds this one message if it is the row's next; otherwise does what `rollForward` does. */
  fold(row: Conversation, message: Message): Promise<Conversation>;
}

export function createRows(
  conversations: Model<Conversation>,
  messages: Model<Message>,
  announce: Announce,
): Rows {
  async function compareAndSet(
    row: Conversation,
    change: Partial<Conversation>,
    changed: Message[],
  ): Promise<Conversation | null> {
    const revision = row.revision + 1;
    const written = await conversations.updateOne(
      { _id: row._id, revision: row.revision },
      { $set: { ...change, revision } },
    );
    if (written.matchedCount === 0) return null;
    const next = { ...row, ...change, revision };
    announce({
      type: 'conversation.changed',
      row: toConversationRow(next),
      messages: changed.map(toMessageView),
    });
    return next;
  }

  const read = (id: Types.ObjectId) => conversations.findById(id).orFail().lean<Conversation>();

  const rows: Rows = {
    async change(of, decide, changed = []) {
      const isRow = '_id' in of && 'revision' in of;
      let row = isRow ? of : await read(of);
      for (;;) {
        const change = decide(row);
        if (!change) return row;
        const next = await compareAndSet(row, change, changed);
        if (next) return next;
        row = await read(row._id);
      }
    },
    async rollForward(conversationId) {
      for (;;) {
        const row = await read(conversationId);
        const unseen = await messages.findOne({ conversationId, seq: row.lastSeq + 1 }).lean<Message>();
        if (!unseen) return row;
        await compareAndSet(row, nextRow(row, unseen), [unseen]);
      }
    },
    async fold(row, message) {
      if (message.seq === row.lastSeq + 1) {
        const next = await compareAndSet(row, nextRow(row, message), [message]);
        if (next) return next;
      }
      return rows.rollForward(row._id);
    },
  };
  return rows;
}
