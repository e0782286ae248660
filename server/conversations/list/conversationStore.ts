/**
 * The only writer of conversations. Every change is one compare-and-set on `revision`, raises it by one, and is
 * published when it is durable. A message is written before its conversation. So a reader that reads the conversation
 * first gets messages at least as new as its revision. A write whose outcome is unknown is asked again, and published
 * once it is there, whichever attempt wrote it.
 */
import type { Model, Types } from 'mongoose';
import type { Change } from '../../../shared/events.ts';
import { areStagesWatched, reportStage } from '../../observability/stages.ts';
import { askAgain } from '../../storage/askAgain.ts';
import { isDuplicateKey } from '../../storage/database.ts';
import { inserting, type OrderedWrite, updating, writeInOrder } from '../../storage/writeInOrder.ts';
import type { Conversation } from '../conversation.model.ts';
import type { Message } from '../message.model.ts';
import { toMessageView } from '../thread/messageView.ts';
import { toConversationRow } from './conversationRow.ts';
import { foldMessage } from './foldMessage.ts';
import { countAgain, searchAgain } from './threadMarks.ts';

export type Publish = (change: Change) => void;

export interface ConversationStore {
  /**
   * Changes a conversation. `decide` returns null when there is nothing to change, and may run again on a newer
   * conversation. Passing a conversation that was just read, instead of its id, saves one read.
   */
  change(
    of: Types.ObjectId | Conversation,
    decide: (conversation: Conversation) => Partial<Conversation> | null,
    messages?: Message[],
  ): Promise<Conversation>;
  /** The same for conversations that were just read, as one write and one packet to each screen. */
  changeAll(
    of: Conversation[],
    decide: (conversation: Conversation) => Partial<Conversation> | null,
  ): Promise<void>;
  /** Folds in every message that the conversation does not include yet. Safe to repeat and to race. */
  rollForward(conversationId: Types.ObjectId): Promise<Conversation>;
  /**
   * Stores the conversation's next message and folds it in, as one write. Rejects when the message could not be
   * stored. When only the conversation changed meanwhile, does what `rollForward` does.
   * @param before documents that must exist before the message, written with it.
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

  /** Retries until the change is written. @returns the conversation, and whether this call may have changed it. */
  function applyUntilWritten(
    start: Conversation,
    decide: (conversation: Conversation) => Partial<Conversation> | null,
  ): Promise<{ conversation: Conversation; isChanged: boolean }> {
    return askAgain(async (isRepeat) => {
      let conversation = isRepeat ? await read(start._id) : start;
      for (; ; conversation = await read(conversation._id)) {
        const change = decide(conversation);
        if (!change) return { conversation, isChanged: isRepeat };
        const next = await compareAndSet(conversation, change);
        if (next) return { conversation: next, isChanged: true };
      }
    });
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
      const { matchedCount } = await askAgain(() =>
        conversations.collection.bulkWrite(
          planned.map(({ filter, set }) => ({ updateOne: { filter, update: { $set: set } } })),
          { ordered: false },
        ),
      );
      const isAll = matchedCount === planned.length;
      // The result does not say which ones changed meanwhile: each is read again. Publishing one twice is harmless.
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
      reportWrite('storing', message);
      const updatedCount = await askAgain(async (isRepeat) => {
        try {
          return await writeInOrder([
            ...before,
            inserting(messages, message),
            updating(conversations, filter, set),
          ]);
        } catch (error) {
          if (isRepeat && isDuplicateKey(error) && (await messages.exists({ _id: message._id })))
            return WRITTEN_BEFORE;
          throw error;
        }
      });
      reportWrite('stored', message);
      if (updatedCount === 1) {
        publishChange(next, [message]);
        return next;
      }
      const current = await conversationStore.rollForward(conversation._id);
      // An earlier attempt of this call may have folded the message in, and nobody has published it.
      if (updatedCount === WRITTEN_BEFORE) publishChange(current, [message]);
      return current;
    },
  };
  return conversationStore;
}

/** In place of the number of updates: an earlier attempt of the same call stored the message. */
const WRITTEN_BEFORE = -1;

function reportWrite(stage: 'storing' | 'stored', { _id, peerId, externalId = '' }: Message): void {
  if (!areStagesWatched()) return;
  reportStage({ stage, atMs: performance.now(), peerId, externalId, messageId: _id.toHexString() });
}

/** What the search index holds of the client: when one of them changes, it reads them again. */
const NAMING_FIELDS = ['clientName', 'clientId', 'isMatched', 'erasedAt'] as const;

/** A write that applies only while the conversation has the revision that was read. */
function plan(conversation: Conversation, change: Partial<Conversation>) {
  const set = {
    ...(NAMING_FIELDS.some((field) => field in change) &&
      searchAgain(conversation, { seq: conversation.lastSeq + 1 })),
    // The figures count by label, and close what an erased client waited for.
    ...(('labels' in change || 'erasedAt' in change) &&
      countAgain(conversation, { seq: conversation.lastSeq + 1 })),
    ...change,
    revision: conversation.revision + 1,
  };
  return {
    filter: { _id: conversation._id, revision: conversation.revision },
    set,
    next: { ...conversation, ...set },
  };
}
