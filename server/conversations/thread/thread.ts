/**
 * A conversation's thread as an append-only log. `append` gives a message its place (`seq`) with one insert. Two
 * unique keys guard it: the place, and the key that identifies a repeated message. A message is inserted only at
 * `lastSeq + 1`, so at most one message is ahead of its conversation. The same write folds it in, or `rollForward`
 * does after a race or a crash.
 */
import { type Model, Types, type UpdateQuery } from 'mongoose';
import { askAgain } from '../../storage/askAgain.ts';
import { isDuplicateKey, isDuplicateOn } from '../../storage/database.ts';
import type { OrderedWrite } from '../../storage/writeInOrder.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import { lastMessageOf } from '../list/foldMessage.ts';
import type { Message, SystemChange } from '../message.model.ts';

/** A message without the fields that the thread sets. */
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
  /** False when the same message was stored before. The conversation is then repaired, if a crash left it behind. */
  isNew: boolean;
}

export interface Thread {
  /** Safe to repeat and to race: a repeated message is stored once. */
  append(conversation: Conversation, draft: MessageDraft): Promise<Appended>;
  /**
   * Appends only if `mayAppend` accepts the conversation with every message before the new one. Otherwise the result
   * is null and nothing is stored. The check and the insert are one step: the message is inserted at the place right
   * after the messages that were checked, and a message that comes in between takes that place.
   */
  appendIf(
    conversation: Conversation,
    draft: MessageDraft,
    mayAppend: (conversation: Conversation) => boolean,
  ): Promise<Appended | null>;
  /**
   * Stores the first message together with its conversation, which `before` creates. Null when any of these documents
   * exists already: then find the conversation and append to it.
   */
  begin(conversation: Conversation, draft: MessageDraft, before: OrderedWrite[]): Promise<Appended | null>;
  /**
   * Changes a stored message, updates its conversation and publishes both. `filter` may require a state; when no
   * message matches it, nothing is written and the result is null. A write whose outcome is unknown is asked again, and
   * known by its `amendId`.
   */
  amend(
    filter: Partial<Record<string, unknown>>,
    update: UpdateQuery<Message>,
    conversationChange?: (conversation: Conversation, message: Message) => Partial<Conversation>,
  ): Promise<{ message: Message; conversation: Conversation } | null>;
  /** Updates the conversation after messages changed, and publishes them; at most `limits.changesPerPacket`. */
  publishChanged(
    conversationId: Types.ObjectId,
    changed: Message[],
    conversationChange?: (conversation: Conversation) => Partial<Conversation>,
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

  /** The message that an earlier attempt of the same change has changed, by a key that finds it as it is now. */
  async function findAmended(
    { _id, serviceMessageId, communityId, peerId, externalId }: Partial<Record<string, unknown>>,
    amendId: Types.ObjectId,
  ): Promise<Message | null> {
    const key = _id ? { _id } : serviceMessageId ? { serviceMessageId } : { communityId, peerId, externalId };
    return messages.findOne({ ...key, amendId } as never).lean<Message>();
  }

  const publishChanged: Thread['publishChanged'] = (
    conversationId,
    changed,
    conversationChange = () => ({}),
  ) =>
    conversationStore.change(
      conversationId,
      (conversation) => {
        const last = changed.find((message) => conversation.lastMessage?.messageId.equals(message._id));
        return { ...(last ? { lastMessage: lastMessageOf(last) } : {}), ...conversationChange(conversation) };
      },
      changed,
    );

  const appendIf: Thread['appendIf'] = async (start, draft, mayAppend) => {
    let conversation = start;
    for (;;) {
      if (!mayAppend(conversation)) return null;
      const message = toMessage(conversation, draft);
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
  };

  return {
    async append(conversation, draft) {
      const appended = await appendIf(conversation, draft, () => true);
      if (!appended) throw new Error('an append without a condition was refused');
      return appended;
    },
    appendIf,
    async begin(conversation, draft, before) {
      const message = toMessage(conversation, draft);
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
    async amend(filter, update, conversationChange = () => ({})) {
      const amendId = new Types.ObjectId();
      const message = await askAgain(async (isRepeat) => {
        const amended = await messages
          .findOneAndUpdate(
            // An earlier attempt may have done it, and a filter without a state would match again.
            { ...filter, amendId: { $ne: amendId } },
            { ...update, $set: { ...update.$set, amendId }, $inc: { ...update.$inc, version: 1 } },
            { returnDocument: 'after' },
          )
          .lean<Message>();
        return amended ?? (isRepeat ? findAmended({ ...filter, ...update.$set }, amendId) : null);
      });
      if (!message) return null;
      return {
        message,
        conversation: await publishChanged(message.conversationId, [message], (conversation) =>
          conversationChange(conversation, message),
        ),
      };
    },
    publishChanged,
  };
}

function toMessage(conversation: Conversation, draft: MessageDraft): Message {
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

/** Default fields of a draft. */
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

/** A line about a change of the conversation. It has no text: screens build the text from `system`. */
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
