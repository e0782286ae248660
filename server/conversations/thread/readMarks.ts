/** Read marks: how far the client has read our messages, and the company the client's. Marks never go back. */

import type { Model } from 'mongoose';
import { limits } from '../../../shared/limits.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ServiceThreading } from '../intake/serviceThreading.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import type { Message } from '../message.model.ts';
import type { Thread } from './thread.ts';

interface Deps {
  messages: Model<Message>;
  conversationStore: ConversationStore;
  thread: Thread;
}

/** The client has read our messages up to this number. @returns whether the mark moved. */
export async function applyReadByClient(
  { messages, thread, serviceThreading }: Deps & { serviceThreading: ServiceThreading },
  conversation: Conversation,
  upToPosition: number,
): Promise<boolean> {
  if (upToPosition <= conversation.clientReadPosition) return false;
  const covered = {
    conversationId: conversation._id,
    position: { $gt: conversation.clientReadPosition, $lte: upToPosition },
    direction: 'out' as const,
  };
  const at = currentTime();
  await messages.updateMany(
    { ...covered, status: 'sent' },
    {
      $set: { status: 'read' },
      $push: { statusHistory: { status: 'read', at, source: 'event' } },
      $inc: { version: 1 },
    },
  );
  // Every covered message is read, whatever its status, so that a repeat after a crash still publishes it.
  const changed = await messages
    .find(covered)
    .sort({ position: -1 })
    .limit(limits.changesPerPacket)
    .lean<Message[]>();
  const entries = changed.filter(({ kind }) => kind === 'service');
  if (entries.length > 0) await serviceThreading.wasRead(entries, at);
  await thread.publishChanged(conversation._id, changed, (now) => ({
    clientReadPosition: Math.max(now.clientReadPosition, upToPosition),
  }));
  return true;
}

/** An administrator has read the client's messages up to this number in the network's own interface. */
export async function applyReadByCompany(
  { messages, conversationStore }: Deps,
  conversation: Conversation,
  upToPosition: number,
): Promise<boolean> {
  const newest = await messages
    .findOne({ conversationId: conversation._id, position: { $lte: upToPosition }, kind: 'reply' })
    .sort({ position: -1 })
    .lean<Message>();
  return newest ? raiseReadCount(conversationStore, conversation, newest.replyOrdinal ?? 0) : false;
}

/** An agent has read the thread up to this place. */
export async function markReadUpTo(
  { messages, conversationStore }: Deps,
  conversation: Conversation,
  upToSeq: number,
): Promise<{ conversation: Conversation; newestRead: Message | null }> {
  const newest = await messages
    .findOne({ conversationId: conversation._id, seq: { $lte: upToSeq }, kind: 'reply' })
    .sort({ seq: -1 })
    .lean<Message>();
  if (!newest || (newest.replyOrdinal ?? 0) <= conversation.readReplyCount)
    return { conversation, newestRead: null };
  await raiseReadCount(conversationStore, conversation, newest.replyOrdinal ?? 0);
  return { conversation: await conversationStore.change(conversation._id, () => null), newestRead: newest };
}

async function raiseReadCount(
  conversationStore: ConversationStore,
  conversation: Conversation,
  readReplyCount: number,
): Promise<boolean> {
  if (readReplyCount <= conversation.readReplyCount) return false;
  await conversationStore.change(conversation._id, (now) =>
    readReplyCount > now.readReplyCount
      ? { readReplyCount, isUnread: readReplyCount < now.replyCount }
      : null,
  );
  return true;
}
