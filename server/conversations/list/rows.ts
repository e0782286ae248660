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
  /** The same for rows that were read just now, as one write, and told of together: one packet to each screen. */
  changeAll(of: Conversation[], decide: (row: Conversation) => Partial<Conversation> | null): Promise<void>;
  /** Folds into the row every message that it has not seen. Repeats and races do no harm. */
  rollForward(conversationId: Types.ObjectId): Promise<Conversation>;
  /**
   * Stores a message that is the row's next and folds it in, as one write. Rejects when the message could not be
   * stored; when only the row had moved meanwhile, does what `rollForward` does.
   * @param before what must be there before the message, written with it.
   */
  append(row: Conversation, message: Message, before?: OrderedWrite[]): Promise<Conversation>;
}

export function createRows(
  conversations: Model<Conversation>,
  messages: Model<Message>,
  announce: Announce,
): Rows {
  function tell(row: Conversation, changed: Message[]): void {
    announce({
      type: 'conversation.changed',
      row: toConversationRow(row),
      messages: changed.map(toMessageView),
    });
  }

  async function compareAndSet(
    row: Conversation,
    change: Partial<Conversation>,
  ): Promise<Conversation | null> {
    const { filter, set, next } = plan(row, change);
    const written = await conversations.updateOne(filter, { $set: set });
    return written.matchedCount === 0 ? null : next;
  }

  /** The row as it is in the end, and whether this call has changed it. */
  async function settle(
    start: Conversation,
    decide: (row: Conversation) => Partial<Conversation> | null,
  ): Promise<{ row: Conversation; isChanged: boolean }> {
    for (let row = start; ; row = await read(row._id)) {
      const change = decide(row);
      if (!change) return { row, isChanged: false };
      const next = await compareAndSet(row, change);
      if (next) return { row: next, isChanged: true };
    }
  }

  const read = (id: Types.ObjectId) => conversations.findById(id).orFail().lean<Conversation>();

  const rows: Rows = {
    async change(of, decide, changed = []) {
      const start = '_id' in of && 'revision' in of ? of : await read(of);
      const { row, isChanged } = await settle(start, decide);
      if (isChanged) tell(row, changed);
      return row;
    },
    async changeAll(of, decide) {
      const planned = of.flatMap((row) => {
        const change = decide(row);
        return change ? [plan(row, change)] : [];
      });
      if (planned.length === 0) return;
      const { matchedCount } = await conversations.collection.bulkWrite(
        planned.map(({ filter, set }) => ({ updateOne: { filter, update: { $set: set } } })),
        { ordered: false },
      );
      const isAll = matchedCount === planned.length;
      // Which of them had moved meanwhile is not said: each is looked at again, and a row told twice does no harm.
      for (const { next } of planned)
        tell(isAll ? next : (await settle(await read(next._id), decide)).row, []);
    },
    async rollForward(conversationId) {
      for (;;) {
        const row = await read(conversationId);
        const unseen = await messages.findOne({ conversationId, seq: row.lastSeq + 1 }).lean<Message>();
        if (!unseen) return row;
        const next = await compareAndSet(row, nextRow(row, unseen));
        if (next) tell(next, [unseen]);
      }
    },
    async append(row, message, before = []) {
      const { filter, set, next } = plan(row, nextRow(row, message));
      const fitted = await writeInOrder([
        ...before,
        inserting(messages, message),
        updating(conversations, filter, set),
      ]);
      if (fitted === 0) return rows.rollForward(row._id);
      tell(next, [message]);
      return next;
    },
  };
  return rows;
}

/** The write that holds only while the row is as it was read. */
function plan(row: Conversation, change: Partial<Conversation>) {
  const set = { ...change, revision: row.revision + 1 };
  return { filter: { _id: row._id, revision: row.revision }, set, next: { ...row, ...set } };
}
