/** Finds the conversation of a network dialogue, or opens it. */
import type { Model, Types } from 'mongoose';
import type { Client } from '../clients/client.model.ts';
import { openClient } from '../clients/openClient.ts';
import type { CommunityRef } from '../messages/networkEvent.ts';
import { isDuplicateKey } from '../storage/database.ts';
import type { Conversation } from './conversation.model.ts';
import type { ErasedDialogues } from './erasedDialogues.ts';

export interface OpenConversationParts {
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

/**
 * Safe to repeat and to race. `openedAt` is the network's time of the message that opens it: an old dialogue
 * read from history takes its place in the list by that time, not on top.
 */
export async function openConversation(
  { companyId, conversations, clients, erasedDialogues }: OpenConversationParts,
  community: CommunityRef,
  peerId: string,
  openedAt: Date,
): Promise<Conversation> {
  const known = await findConversation(conversations, community, peerId);
  if (known) return known;
  const erased = await erasedDialogues?.find(community.id, peerId);
  const client = await openClient(clients, { companyId, network: community.network, externalUserId: peerId });
  try {
    const made = await conversations.create({
      companyId,
      communityId: community.id,
      network: community.network,
      peerId,
      clientId: client._id,
      clientName: client.name,
      clientHasAvatar: client.avatarSourceUrl !== null,
      isMatched: client.phoneIndex !== undefined,
      ...(erased ? { tailPosition: erased.tailPosition, startsAfter: startOf(erased) } : {}),
      lastActivityAt: openedAt,
      createdAt: new Date(),
    });
    return made.toObject();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return conversations.findOne({ communityId: community.id, peerId }).orFail().lean<Conversation>();
  }
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
