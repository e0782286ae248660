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
import type { ConversationStore } from '../list/conversationStore.ts';
import { lastMessageOf } from '../list/foldMessage.ts';
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
  conversation: Conversation;
  /** False when the same message was stored before; the row has been repaired if a crash had left it behind. */
  isNew: boolean;
}

export interface Thread {
  append(conversation: Conversation, draft: MessageDraft): Promise<Appended>;
  /**
   * The first message of a conversation that is not stored yet; `before` is what makes it. Null when any of it was there
   * already: then it is to be found and appended to.
   */
  begin(conversation: Conversation, draft: MessageDraft, before: OrderedWrite[]): Promise<Appended | null>;
  /**
   * Changes a stored message and says so in its row. `filter` may demand a state; null when no message fits,
   * and then nothing is written.
   */
  amend(
    filter: Partial<Record<string, unknown>>,
    update: UpdateQuery<Message>,
    rowChange?: (conversation: Conversation) => Partial<Conversation>,
  ): Promise<{ message: Message; conversation: Conversation } | null>;
  /** Says in the row that these stored messages are as they are now; at most `limits.changesPerPacket` of them. */
  tell(
    conversationId: Types.ObjectId,
    changed: Message[],
    rowChange?: (conversation: Conversation) => Partial<Conversation>,
  ): Promise<Conversation>;
}

export function createThread(messages: Model<Message>, conversationStore: ConversationStore): Thread {
  async function findSame(conversation: Conversation, draft: MessageDraft): Promise<Message | null> {
    if (draft.externalId !== undefined) {
      const { communityId, peerId } = conversation;
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
    conversationStore.change(
      conversationId,
      (conversation) => {
        const last = changed.find((message) => conversation.lastMessage?.messageId.equals(message._id));
        return { ...(last ? { lastMessage: lastMessageOf(last) } : {}), ...rowChange(conversation) };
      },
      changed,
    );

  return {
    async append(startRow, draft) {
      let conversation = startRow;
      for (;;) {
        const message = placed(conversation, draft);
        try {
          return {
            message,
            conversation: await conversationStore.append(conversation, message),
            isNew: true,
          };
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
          conversation = await conversationStore.rollForward(conversation._id);
          if (isDuplicateOn(error, 'seq')) continue;
          const same = await findSame(conversation, draft);
          if (!same) throw error;
          return { message: same, conversation, isNew: false };
        }
      }
    },
    async begin(conversation, draft, before) {
      const message = placed(conversation, draft);
      try {
        return {
          message,
          conversation: await conversationStore.append(conversation, message, before),
          isNew: true,
        };
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
      return { message, conversation: await tell(message.conversationId, [message], rowChange) };
    },
    tell,
  };
}

function placed(conversation: Conversation, draft: MessageDraft): Message {
  return {
    ...draft,
    _id: new Types.ObjectId(),
    companyId: conversation.companyId,
    communityId: conversation.communityId,
    conversationId: conversation._id,
    clientId: conversation.clientId,
    peerId: conversation.peerId,
    seq: conversation.lastSeq + 1,
    version: 0,
    ...(draft.kind === 'reply' ? { replyOrdinal: conversation.replyCount + 1 } : {}),
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
