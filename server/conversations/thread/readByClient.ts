/** How far the client has read our messages. The mark never goes back. */

import type { Model } from 'mongoose';
import { limits } from '../../../shared/limits.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ServiceThreading } from '../intake/serviceThreading.ts';
import type { Message } from '../message.model.ts';
import type { Thread } from './thread.ts';

interface Deps {
  messages: Model<Message>;
  thread: Thread;
  serviceThreading: ServiceThreading;
}

/** The client has read our messages up to this number. @returns whether the mark moved. */
export async function applyReadByClient(
  { messages, thread, serviceThreading }: Deps,
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
