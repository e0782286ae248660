/**
 * A conversation's thread as an append-only log. `append` gives a message its place (`seq`) with one insert that
 * two unique keys guard: the place itself, and whatever makes the message the same message when it is repeated.
 * A message is inserted at `lastSeq + 1` only, so at most one message is ever ahead of its row, and anyone who
 * meets it folds it in; usually the same write has done so.
 */
import { type Model, Types, type UpdateQuery } from 'mongoose';
import { isDuplicateKey, isDuplicateOn } from '../../storage/database.ts';
import type { OrderedWrite } from '../../storage/writeInOrder.ts';
import type { Conversation } from '../conversation.model.ts';
import { lastMessageOf } from '../list/nextRow.ts';
import type { Rows } from '../list/rows.ts';
import type { Message, SystemChange } from '../message.model.ts';

/** A message without what the thread itself decides. */
export type MessageDraft = Omit<
  Message,
  | '_id'
  | 'companyId'
  | 'communityId'
  | 'conversationId'
  | 'clientId'
  | 'peerId'
  | 'seq'
  | 'version'
  | 'replyOrdinal'
>;

export interface Appended {
  message: Message;
  row: Conversation;
  /** False when the same message was stored before; the row has been repaired if a crash had left it behind. */
  isNew: boolean;
}

export interface Thread {
  append(row: Conversation, draft: MessageDraft): Promise<Appended>;
  /**
   * The first message of a conversation that is not stored yet; `before` is what makes it. Null when any of it was there
   * already: then it is to be found and appended to.
   */
  begin(row: Conversation, draft: MessageDraft, before: OrderedWrite[]): Promise<Appended | null>;
  /**
   * Changes a stored message and says so in its row. `filter` may demand a state; null when no message fits,
   * and then nothing is written.
   */
  amend(
    filter: Partial<Record<string, unknown>>,
    update: UpdateQuery<Message>,
    rowChange?: (row: Conversation) => Partial<Conversation>,
  ): Promise<{ message: Message; row: Conversation } | null>;
  /** Says in the row that these stored messages are as they are now; at most `limits.changesPerPacket` of them. */
  tell(
    conversationId: Types.ObjectId,
    changed: Message[],
    rowChange?: (row: Conversation) => Partial<Conversation>,
  ): Promise<Conversation>;
}

export function createThread(messages: Model<Message>, rows: Rows): Thread {
  async function findSame(row: Conversation, draft: MessageDraft): Promise<Message | null> {
    if (draft.externalId !== undefined) {
      const { communityId, peerId } = row;
      const same = await messages
        .findOne({ communityId, peerId, externalId: draft.externalId })
        .lean<Message>();
      if (same) return same;
    }
    if (draft.serviceMessageId !== undefined) {
      return messages.findOne({ serviceMessageId: draft.serviceMessageId }).lean<Message>();
    }
    if (draft.clientToken !== undefined) {
      return messages.findOne({ personId: draft.personId, clientToken: draft.clientToken }).lean<Message>();
    }
    return null;
  }

  const tell: Thread['tell'] = (conversationId, changed, rowChange = () => ({})) =>
    rows.change(
      conversationId,
      (row) => {
        const last = changed.find((message) => row.lastMessage?.messageId.equals(message._id));
        return { ...(last ? { lastMessage: lastMessageOf(last) } : {}), ...rowChange(row) };
      },
      changed,
    );

  return {
    async append(startRow, draft) {
      let row = startRow;
      for (;;) {
        const message = placed(row, draft);
        try {
          return { message, row: await rows.append(row, message), isNew: true };
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
          row = await rows.rollForward(row._id);
          if (isDuplicateOn(error, 'seq')) continue;
          const same = await findSame(row, draft);
          if (!same) throw error;
          return { message: same, row, isNew: false };
        }
      }
    },
    async begin(row, draft, before) {
      const message = placed(row, draft);
      try {
        return { message, row: await rows.append(row, message, before), isNew: true };
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },
    async amend(filter, update, rowChange = () => ({})) {
      const message = await messages
        .findOneAndUpdate(
          filter,
          { ...update, $inc: { ...update.$inc, version: 1 } },
          { returnDocument: 'after' },
        )
        .lean<Message>();
      if (!message) return null;
      return { message, row: await tell(message.conversationId, [message], rowChange) };
    },
    tell,
  };
}

function placed(row: Conversation, draft: MessageDraft): Message {
  return {
    ...draft,
    _id: new Types.ObjectId(),
    companyId: row.companyId,
    communityId: row.communityId,
    conversationId: row._id,
    clientId: row.clientId,
    peerId: row.peerId,
    seq: row.lastSeq + 1,
    version: 0,
    ...(draft.kind === 'reply' ? { replyOrdinal: row.replyCount + 1 } : {}),
  };
}

/** What every draft has unless it says otherwise. */
export function blankDraft(
  now: Date,
): Pick<
  MessageDraft,
  | 'attachments'
  | 'uploadIds'
  | 'replyTo'
  | 'forwarded'
  | 'statusHistory'
  | 'failure'
  | 'reactions'
  | 'sentAt'
  | 'editedAt'
  | 'deletedAt'
  | 'isBackfilled'
  | 'createdAt'
> {
  return {
    attachments: [],
    uploadIds: [],
    replyTo: null,
    forwarded: [],
    statusHistory: [],
    failure: null,
    reactions: [],
    sentAt: now,
    editedAt: null,
    deletedAt: null,
    isBackfilled: false,
    createdAt: now,
  };
}

/** A line that says what happened to the conversation. It has no text: readers make the words from `system`. */
export function systemDraft(now: Date, system: SystemChange): MessageDraft {
  return {
    ...blankDraft(now),
    kind: 'system',
    direction: 'internal',
    authorType: 'system',
    authorName: '',
    text: '',
    status: 'stored',
    system,
  };
}
