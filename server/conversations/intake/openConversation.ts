/** Finds the conversation of a network dialogue, or opens it. */

import { type Model, Types } from 'mongoose';
import type { Client } from '../../clients/client.model.ts';
import { openClient } from '../../clients/openClient.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import { isDuplicateKey } from '../../storage/database.ts';
import { insertDocument } from '../../storage/insertDocument.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ErasedDialogue, ErasedDialogues } from './erasedDialogues.ts';

export interface OpenConversationDeps {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  clients: Model<Client>;
  /** Erased dialogues, so that a backfill does not restore them. */
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
 * For a dialogue whose conversation was not found; still safe to repeat and to race. `openedAt` is the network's time
 * of the first message: it sorts an old dialogue from the history in the list. `erased` says how much of this
 * dialogue was erased with an earlier client.
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
    // Null keeps it out of the list until its first message.
    isResolved: null,
    snoozedUntil: null,
    assigneeId: null,
    labels: [],
    lastMessage: null,
    lastSeq: 0,
    replyCount: 0,
    answeredReplyCount: 0,
    waitingSince: null,
    isWaiting: false,
    lastActivityAt: openedAt,
    canWrite: true,
    isMatched: client.phoneIndex !== undefined,
    tailPosition: erased?.tailPosition ?? 0,
    clientReadPosition: 0,
    revision: 0,
    ...(erased ? { startsAfter: startOf(erased) } : {}),
    createdAt: currentTime(),
  };
}

/** Whether the message was erased with an earlier client of this dialogue: networks still report it. */
export function isErasedMessage(
  after: Conversation['startsAfter'],
  { position, sentAt }: { position: number | null; sentAt: Date },
): boolean {
  if (!after) return false;
  // The number is exact; the clock is only for networks without numbers.
  return position === null ? sentAt <= after.at : position <= after.position;
}

export function startOf({ tailPosition, until }: { tailPosition: number; until: Date }) {
  return { position: tailPosition, at: until };
}
