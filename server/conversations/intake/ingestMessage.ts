/**
 * Stores one message of a network: the client's reply, or an administrator's answer written in the network. The echo
 * of an answer that we sent is recognised by its `randomId`, and completes that answer.
 */

import type { Model, Types } from 'mongoose';
import { limits } from '../../../shared/limits.ts';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import type { Message, StoredQuote } from '../message.model.ts';
import { recordSent } from '../outbox/recordSent.ts';
import type { Rating } from '../rating/rating.model.ts';
import { commentedRating, ingestTap, storeComment } from '../rating/storeRating.ts';
import { blankDraft, type MessageDraft, type Thread } from '../thread/thread.ts';
import type { NetworkMessage } from './networkEvent.ts';
import type { PlacedReply, ServiceThreading } from './serviceThreading.ts';

interface Deps {
  messages: Model<Message>;
  conversationStore: ConversationStore;
  thread: Thread;
  ratings: Model<Rating>;
  serviceThreading: ServiceThreading;
}

export async function ingestMessage(
  deps: Deps,
  conversation: Conversation,
  message: NetworkMessage,
): Promise<{ conversation: Conversation; isNew: boolean }> {
  const ours = message.direction === 'out' ? await findOurs(deps.messages, conversation, message) : null;
  if (ours) {
    const recorded = await recordSent(deps, ours, {
      externalId: message.externalId,
      position: message.position,
      source: 'event',
      sentAt: message.sentAt,
    });
    return { conversation: recorded, isNew: false };
  }
  if (message.direction === 'out') {
    const entry = await deps.serviceThreading.recognise(conversation, message);
    if (entry)
      return { conversation: await raiseTail(deps.conversationStore, conversation, message), isNew: false };
  }
  const tap = message.direction === 'in' ? await ingestTap(deps, conversation, message) : null;
  if (tap)
    return {
      conversation: await raiseTail(deps.conversationStore, tap.conversation, message),
      isNew: tap.isNew,
    };
  const placed: PlacedReply =
    message.direction === 'in'
      ? await deps.serviceThreading.placeReply(conversation, message)
      : { conversation };
  const draft = await toDraft(deps.messages, placed.conversation, message);
  const ratingId = commentedRating(placed.conversation, message);
  const appended = await deps.thread.append(placed.conversation, {
    ...withAnswers(draft, placed.answers),
    ...(ratingId ? { ratingId } : {}),
  });
  await storeComment(deps.ratings, appended.message);
  return {
    conversation: await raiseTail(deps.conversationStore, appended.conversation, message),
    isNew: appended.isNew,
  };
}

/** The quote of the answered service message replaces the network's own quote. */
function withAnswers(draft: MessageDraft, answers: PlacedReply['answers']): MessageDraft {
  if (!answers) return draft;
  const { quote, messageId, by } = answers;
  return { ...draft, replyTo: quote, answers: { messageId, by } };
}

/** A message that was stored before may have a position that the conversation does not count yet. */
async function raiseTail(
  conversationStore: ConversationStore,
  conversation: Conversation,
  { position }: NetworkMessage,
): Promise<Conversation> {
  if (position === null || position <= conversation.tailPosition) return conversation;
  return conversationStore.change(conversation._id, (now) =>
    position > now.tailPosition ? { tailPosition: position } : null,
  );
}

async function findOurs(
  messages: Model<Message>,
  conversation: Conversation,
  { externalId, randomId, text, isFromAdministrator }: NetworkMessage,
): Promise<Message | null> {
  if (randomId !== null && randomId !== '0') {
    const ours = await messages
      .findOne({ communityId: conversation.communityId, randomId: Number(randomId) })
      .lean<Message>();
    if (ours?.conversationId.equals(conversation._id)) return ours;
  }
  if (isFromAdministrator || randomId !== null) return null;
  // A stored message with the same text, read again from the history, is not the one being sent.
  const { communityId, peerId } = conversation;
  if (await messages.exists({ communityId, peerId, externalId })) return null;
  // The network omitted the number: match by text among the answers that are being sent to this client now.
  const { filter, sort, hint } = beingSent(conversation._id, text);
  return messages.findOne(filter).sort(sort).hint(hint).lean<Message>();
}

/** A range rather than `$exists`, so that both stores walk the conversation's outbox and not its thread. */
export function beingSent(conversationId: Types.ObjectId, text: string) {
  return {
    filter: {
      conversationId,
      'outbox.dueAt': { $gt: new Date(0) },
      status: { $in: ['sending', 'unknown'] },
      text,
    },
    sort: { seq: 1 },
    hint: { conversationId: 1, 'outbox.dueAt': 1 },
  } as const;
}

export async function toDraft(
  messages: Model<Message>,
  conversation: Conversation,
  message: NetworkMessage,
): Promise<MessageDraft> {
  const isReply = message.direction === 'in';
  return {
    ...blankDraft(currentTime()),
    kind: isReply ? 'reply' : 'answer',
    direction: message.direction,
    externalId: message.externalId,
    ...(message.position === null ? {} : { position: message.position }),
    authorType: isReply ? 'client' : 'administrator',
    // The name at this time; the conversation has the present name.
    authorName: isReply ? conversation.clientName : '',
    authorExternalId: message.authorExternalId,
    text: message.text.slice(0, limits.incomingTextChars),
    attachments: message.attachments,
    forwarded: message.forwarded,
    replyTo: message.replyTo ? await findQuoted(messages, conversation, message.replyTo) : null,
    ...(message.payload === undefined ? {} : { payload: message.payload }),
    ...(message.tag === undefined ? {} : { tag: message.tag }),
    status: isReply ? 'received' : 'sent',
    sentAt: message.sentAt,
    editedAt: message.editedAt,
    isBackfilled: message.isBackfilled,
  };
}

async function findQuoted(
  messages: Model<Message>,
  conversation: Conversation,
  quoted: NonNullable<NetworkMessage['replyTo']>,
): Promise<StoredQuote> {
  const { communityId, peerId } = conversation;
  const known = quoted.externalId
    ? await messages.findOne({ communityId, peerId, externalId: quoted.externalId }).lean<Message>()
    : null;
  const isByClient = quoted.authorExternalId === peerId || known?.authorType === 'client';
  return {
    messageId: known?._id ?? null,
    externalId: quoted.externalId,
    authorName: isByClient ? conversation.clientName : (known?.authorName ?? ''),
    isByClient,
    // OK gives only the id of the quoted message, so its text is taken from our store.
    text: quoted.text || (known?.text ?? ''),
    attachmentKinds:
      quoted.attachmentKinds.length > 0 || !known
        ? quoted.attachmentKinds
        : known.attachments.map(({ kind }) => kind),
  };
}
