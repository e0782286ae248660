/**
 * Empties messages and leaves them in their thread: a missing `seq` would be a hole, and statuses and times are
 * statistics. Messages that wait to be sent become `failed`. Each step is safe to repeat.
 */

import type { Model, Types } from 'mongoose';
import type { ConversationStore } from '../conversations/list/conversationStore.ts';
import { lastMessageOf } from '../conversations/list/foldMessage.ts';
import { searchAgain } from '../conversations/list/threadMarks.ts';
import type { Message } from '../conversations/message.model.ts';
import type { UploadStore } from '../uploads/uploadStore.ts';
import { currentTime } from '../work/clock.ts';

export interface EraseMessagesDeps {
  messages: Model<Message>;
  conversationStore: ConversationStore;
  uploads: Pick<UploadStore, 'erase'>;
}

/**
 * Takes messages of one conversation, at most `limits.changesPerPacket`, and publishes the change.
 * @param peerId replaces the client's id in the network; absent when the client stays.
 */
export async function eraseMessages(
  { messages, conversationStore, uploads }: EraseMessagesDeps,
  conversationId: Types.ObjectId,
  toErase: Message[],
  { peerId, now = currentTime() }: { peerId?: string; now?: Date } = {},
): Promise<void> {
  const ids = toErase.map(({ _id }) => _id);
  if (ids.length === 0) return;
  // Files first: the writes below remove their ids.
  for (const { uploadIds } of toErase) for (const id of uploadIds) await uploads.erase(id);
  const some = (which: object) => ({ _id: { $in: ids }, ...which });
  await messages.updateMany(some({ kind: 'service' }), {
    $set: { 'service.variables': {}, 'service.buttons': [], 'service.imageIds': [] },
  });
  // People write labels as they like: one may name the client.
  await messages.updateMany(some({ 'system.event': 'labelled' }), {
    $set: { 'system.labels': { all: [], added: [], removed: [] } },
  });
  await messages.updateMany(some({ authorType: 'client' }), { $set: { authorName: '' } });
  await messages.updateMany(some({ status: { $in: ['queued', 'sending', 'unknown'] } }), {
    $set: {
      status: 'failed',
      failure: { code: 'conversationClosed', networkCode: null, isRetryable: false },
    },
    $unset: { outbox: 1 },
  });
  await messages.updateMany(some({ kind: { $ne: 'system' } }), {
    $set: {
      text: '',
      attachments: [],
      uploadIds: [],
      replyTo: null,
      forwarded: [],
      reactions: [],
      deletedAt: now,
      erasedAt: now,
    },
    $unset: { payload: 1, tag: 1, editsSeen: 1, authorExternalId: 1 },
  });
  await messages.updateMany(some({}), {
    ...(peerId === undefined ? {} : { $set: { peerId } }),
    $inc: { version: 1 },
  });
  const changed = await messages
    .find({ _id: { $in: ids } })
    .sort({ seq: 1 })
    .lean<Message[]>();
  await conversationStore.change(
    conversationId,
    (conversation) => {
      const last = changed.find(({ _id }) => conversation.lastMessage?.messageId.equals(_id));
      return {
        ...(changed[0] && searchAgain(conversation, changed[0])),
        ...(last && { lastMessage: lastMessageOf(last) }),
      };
    },
    changed,
  );
}
