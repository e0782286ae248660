/**
 * The first reply of an unknown client: the client, the conversation and the message are stored in one ordered write.
 * Only for replies without evidence of a service message, because matching needs a stored client.
 */

import type { Model, Types } from 'mongoose';
import type { Client } from '../../clients/client.model.ts';
import { newClient } from '../../clients/openClient.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import { inserting } from '../../storage/writeInOrder.ts';
import type { Conversation } from '../conversation.model.ts';
import type { Message } from '../message.model.ts';
import type { Thread } from '../thread/thread.ts';
import type { ErasedDialogue } from './erasedDialogues.ts';
import { toDraft } from './ingestMessage.ts';
import type { NetworkMessage } from './networkEvent.ts';
import { newConversation } from './openConversation.ts';

export interface FirstReplyDeps {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  thread: Thread;
}

/** Whether the reply has no evidence of a service message, and no message before it was missed. */
export function isPlainFirstReply(message: NetworkMessage, erased: ErasedDialogue | null): boolean {
  const { direction, payload, tag, replyTo, position } = message;
  const isPlain = payload === undefined && tag === undefined && replyTo === null;
  return direction === 'in' && isPlain && (position === null || position === (erased?.tailPosition ?? 0) + 1);
}

/** Null when the client or the conversation exists already: use `ingestMessage` then. Safe to repeat and to race. */
export async function ingestFirstReply(
  { companyId, clients, conversations, messages, thread }: FirstReplyDeps,
  community: CommunityRef,
  message: NetworkMessage,
  erased: ErasedDialogue | null,
): Promise<Conversation | null> {
  const { peerId, sentAt: openedAt } = message;
  const client = newClient({ companyId, network: community.network, externalUserId: peerId });
  const conversation = newConversation(client, community, { peerId, openedAt, erased });
  const draft = await toDraft(messages, conversation, message);
  const before = [inserting(clients, client), inserting(conversations, conversation)];
  return (await thread.begin(conversation, draft, before))?.conversation ?? null;
}
