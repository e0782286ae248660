/**
 * Intake: stores the events of networks. Channels acknowledge an event only after its call resolves. So each call may
 * be repeated, and a repeat repairs what a crash left unfinished.
 */

import type { Model, Types } from 'mongoose';
import type { Client } from '../../clients/client.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import type { Message } from '../message.model.ts';
import type { Rating } from '../rating/rating.model.ts';
import { editMessage } from '../thread/editMessage.ts';
import { applyReadByClient } from '../thread/readByClient.ts';
import { systemDraft, type Thread } from '../thread/thread.ts';
import type { ErasedDialogue, ErasedDialogues } from './erasedDialogues.ts';
import { ingestFirstReply, isPlainFirstReply } from './firstReply.ts';
import { ingestMessage } from './ingestMessage.ts';
import type { IngestResult, Intake, NetworkEvent, NetworkMessage } from './networkEvent.ts';
import {
  findConversation,
  isErasedMessage,
  openConversation,
  startConversation,
  startOf,
} from './openConversation.ts';
import type { ServiceThreading } from './serviceThreading.ts';

export interface IntakeDeps {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  clients: Model<Client>;
  erasedDialogues?: Pick<ErasedDialogues, 'find'>;
  messages: Model<Message>;
  conversationStore: ConversationStore;
  thread: Thread;
  ratings: Model<Rating>;
  serviceThreading: ServiceThreading;
  /** The client is typing: published to open screens, never stored. */
  showTyping(conversation: Conversation): void;
  /** A message of the conversation was stored: the profile of its client may have to be read. */
  clientSeen(community: CommunityRef, conversation: Conversation): void;
}

const STORED: IngestResult = { kind: 'stored', isNew: true };
const KNOWN: IngestResult = { kind: 'stored', isNew: false };

export function createIntake(deps: IntakeDeps): Intake {
  const { conversations, messages, thread, serviceThreading } = deps;

  async function ingestNew(
    community: CommunityRef,
    message: NetworkMessage,
    acceptGap: boolean,
  ): Promise<IngestResult> {
    const known = await findConversation(conversations, community, message.peerId);
    const erased = known ? null : await findErased(community, message.peerId);
    const after = erased ? startOf(erased) : known?.startsAfter;
    if (isErasedMessage(after, message)) return KNOWN;
    if (!known && isPlainFirstReply(message, erased)) {
      const stored = await ingestFirstReply(deps, community, message, erased);
      if (stored) {
        deps.clientSeen(community, stored);
        return STORED;
      }
    }
    // N25, no thread before the first reply: a service message opens no conversation.
    if (message.direction === 'out' && !acceptGap && !known?.replyCount)
      if (await serviceThreading.isHidden(community, message)) return KNOWN;
    const { peerId, sentAt: openedAt } = message;
    const conversation = known ?? (await startConversation(deps, community, { peerId, openedAt, erased }));
    const isAhead = message.position !== null && message.position > conversation.tailPosition + 1;
    if (isAhead && !acceptGap) {
      if (message.direction === 'in') await serviceThreading.learn(conversation, message);
      return { kind: 'gap', tailPosition: conversation.tailPosition };
    }
    const ingested = await ingestMessage(deps, conversation, message);
    deps.clientSeen(community, ingested.conversation);
    return { kind: 'stored', isNew: ingested.isNew };
  }

  async function findErased(community: CommunityRef, peerId: string): Promise<ErasedDialogue | null> {
    return (await deps.erasedDialogues?.find(community.id, peerId)) ?? null;
  }

  async function ingestEdit(
    community: CommunityRef,
    message: NetworkMessage,
    acceptGap: boolean,
  ): Promise<IngestResult> {
    const { peerId, externalId } = message;
    const edited = await editMessage(deps, { communityId: community.id, peerId, externalId }, message);
    if (!edited) return ingestNew(community, message, acceptGap);
    return edited.isNew ? STORED : KNOWN;
  }

  async function ingestReaction(
    community: CommunityRef,
    event: Extract<NetworkEvent, { type: 'reactionChanged' }>,
  ): Promise<IngestResult> {
    const key = { communityId: community.id, peerId: event.peerId, externalId: event.externalId };
    for (;;) {
      const message = await messages.findOne(key).lean<Message>();
      if (!message) return KNOWN;
      const reactions = message.reactions.filter((reaction) => reaction.by !== event.by);
      if (event.reactionId !== null) reactions.push({ reactionId: event.reactionId, by: event.by });
      const amended = await thread.amend(
        { _id: message._id, version: message.version },
        { $set: { reactions } },
      );
      if (amended) return STORED;
    }
  }

  async function ingestWritable(conversation: Conversation, canWrite: boolean): Promise<IngestResult> {
    if (conversation.canWrite === canWrite) return KNOWN;
    const event = canWrite ? 'clientAllowed' : 'clientBlocked';
    await thread.append(
      conversation,
      systemDraft(currentTime(), { event, personId: null, personName: null }),
    );
    return STORED;
  }

  return {
    async ingest(community, event, { acceptGap = false } = {}) {
      switch (event.type) {
        case 'message':
          return ingestNew(community, event.message, acceptGap);
        case 'messageEdited':
          return ingestEdit(community, event.message, acceptGap);
        case 'reactionChanged':
          return ingestReaction(community, event);
        case 'callbackButtonPressed':
          // Our templates have only text and link buttons (N21); callbacks come from keyboards of other senders.
          return KNOWN;
        default:
      }
      const conversation = await findConversation(conversations, community, event.peerId);
      if (!conversation) return KNOWN;
      switch (event.type) {
        case 'typing':
          deps.showTyping(conversation);
          return KNOWN;
        case 'writableChanged':
          return ingestWritable(conversation, event.canWrite);
        case 'read': {
          // Networks do not say which person of the company has read, and report our own mark too (ADR 30).
          if (event.by === 'company') return KNOWN;
          const isNew = await applyReadByClient(deps, conversation, event.upToPosition);
          return { kind: 'stored', isNew };
        }
      }
    },

    async tailPosition(community, peerId) {
      const conversation = await findConversation(conversations, community, peerId);
      if (conversation) return conversation.tailPosition;
      return (await findErased(community, peerId))?.tailPosition ?? 0;
    },

    async isMet(community, peerId) {
      return (await findConversation(conversations, community, peerId)) !== null;
    },

    async noteGap(community, peerId, gap) {
      const conversation = await openConversation(deps, community, peerId, currentTime());
      await thread.append(conversation, {
        ...systemDraft(currentTime(), {
          event: 'gapFound',
          personId: null,
          personName: null,
          count: gap.count,
        }),
        position: gap.toPosition,
      });
    },
  };
}
