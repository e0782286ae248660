/** Finds the conversation of a network dialogue, or opens it. */

import { type Model, Types } from 'mongoose';
import type { Client } from '../../clients/client.model.ts';
import { openClient } from '../../clients/openClient.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import { isDuplicateKey } from '../../storage/database.ts';
import { insertDocument } from '../../storage/insertDocument.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ErasedDialogue, ErasedDialogues } from './erasedDialogues.ts';

export interface OpenConversationDeps {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  clients: Model<Client>;
  /** Where clients can be erased: what was erased of a dialogue is not read into it again. */
  erasedDialogues?: Pick<ErasedDialogues, 'find'>;
}

export function findConversation(
  conversations: Model<Conversation>,
  community: CommunityRef,
  peerId: string,
): Promise<Conversation | null> {
  return conversations.findOne({ communityId: community.id, peerId }).lean<Conversation>().exec();
}

/** Safe to repeat and to race. `openedAt`: see `startConversation`. */
export async function openConversation(
  deps: OpenConversationDeps,
  community: CommunityRef,
  peerId: string,
  openedAt: Date,
): Promise<Conversation> {
  const known = await findConversation(deps.conversations, community, peerId);
  if (known) return known;
  const erased = await deps.erasedDialogues?.find(community.id, peerId);
  return startConversation(deps, community, { peerId, openedAt, erased: erased ?? null });
}

/**
 * For a dialogue that was just looked for and not found; safe to repeat and to race all the same. `openedAt` is the
 * network's time of the message that opens it: an old dialogue read from history takes its place in the list by that
 * time, not on top. `erased` is what was erased of this dialogue with an earlier client.
 */
export async function startConversation(
  { companyId, conversations, clients }: Omit<OpenConversationDeps, 'erasedDialogues'>,
  community: CommunityRef,
  { peerId, openedAt, erased }: Opening,
): Promise<Conversation> {
  const client = await openClient(clients, { companyId, network: community.network, externalUserId: peerId });
  const conversation = newConversation(client, community, { peerId, openedAt, erased });
  try {
    await insertDocument(conversations, conversation);
    return conversation;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return conversations.findOne({ communityId: community.id, peerId }).orFail().lean<Conversation>();
  }
}

interface Opening {
  peerId: string;
  openedAt: Date;
  erased: ErasedDialogue | null;
}

export function newConversation(
  client: Client,
  { id, network }: CommunityRef,
  { peerId, openedAt, erased }: Opening,
): Conversation {
  return {
    _id: new Types.ObjectId(),
    companyId: client.companyId,
    communityId: new Types.ObjectId(id),
    network,
    peerId,
    clientId: client._id,
    clientName: client.name,
    clientHasAvatar: client.avatarSourceUrl !== null,
    status: 'open',
    // In no list before its first message.
    isResolved: null,
    snoozedUntil: null,
    assigneeId: null,
    labels: [],
    lastMessage: null,
    lastSeq: 0,
    replyCount: 0,
    readReplyCount: 0,
    isUnread: false,
    waitingSince: null,
    lastActivityAt: openedAt,
    canWrite: true,
    isMatched: client.phoneIndex !== undefined,
    tailPosition: erased?.tailPosition ?? 0,
    clientReadPosition: 0,
    revision: 0,
    ...(erased ? { startsAfter: startOf(erased) } : {}),
    createdAt: new Date(),
  };
}

/** True for what was erased with an earlier client of this dialogue: networks go on telling of it. */
export function isErasedMessage(
  after: Conversation['startsAfter'],
  { position, sentAt }: { position: number | null; sentAt: Date },
): boolean {
  if (!after) return false;
  // Where messages are numbered, the number is exact and no clock is needed.
  return position === null ? sentAt <= after.at : position <= after.position;
}

export function startOf({ tailPosition, until }: { tailPosition: number; until: Date }) {
  return { position: tailPosition, at: until };
}
