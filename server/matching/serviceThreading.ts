/**
 * How an answer finds its service message (N6) and what a thread shows of those sent before it (N25). Matching happens
 * before the reply is stored, so that what it answers stands above it; every step may be repeated.
 */
import type { Model, Types } from 'mongoose';
import type { AnswerWay } from '../../shared/schemas/message.ts';
import type { Client } from '../clients/client.model.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { NetworkMessage } from '../conversations/intake/networkEvent.ts';
import type { PlacedReply, ServiceThreading } from '../conversations/intake/serviceThreading.ts';
import type { ConversationStore } from '../conversations/list/conversationStore.ts';
import type { Message } from '../conversations/message.model.ts';
import { createIsServiceMessage } from '../serviceMessages/knownService.ts';
import type { Receipts } from '../serviceMessages/ports.ts';
import { tryKeyOf } from '../serviceMessages/serviceChannel.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { ClientBonds } from './clientBonds.ts';
import type { FindEvidence } from './evidence.ts';
import type { FindByText } from './findByText.ts';
import { createRecognise } from './recognise.ts';
import type { ServiceEntries } from './serviceEntries.ts';
import { isUnattributed } from './unattributed.ts';

export interface ServiceThreadingDeps {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  conversationStore: ConversationStore;
  entries: ServiceEntries;
  findEvidence: FindEvidence;
  findByText: FindByText;
  bonds: ClientBonds;
  /** Where a read mark of the network goes. */
  receipts: Promise<Receipts>;
}

interface Match {
  serviceMessage: ServiceMessage;
  by: AnswerWay;
}

/** Outgoing messages in front of a reply that may be service messages. */
const LOOKED_BACK = 20;

export function createServiceThreading(deps: ServiceThreadingDeps): ServiceThreading {
  const { messages, conversationStore, bonds } = deps;

  /** What the reply proves, once the client is tied to the phone that it proves; null where it proves nothing. */
  async function match(conversation: Conversation, reply: NetworkMessage): Promise<Match | null> {
    const evidence = await deps.findEvidence(conversation, reply);
    if (!evidence) return null;
    const { serviceMessage, how, isProof } = evidence;
    const isTied = isProof
      ? await bonds.tie(conversation, serviceMessage, how)
      : await bonds.isTied(conversation, serviceMessage);
    return isTied ? { serviceMessage, by: how } : null;
  }

  /** What the network's history shows right before the first answer, by its id, then by its words and time. */
  async function matchHistory(conversation: Conversation): Promise<Match | null> {
    const last = conversation.lastMessage;
    if (conversation.isMatched || last?.kind !== 'answer' || last.authorPersonId) return null;
    const before = await messages
      .find({ conversationId: conversation._id })
      .sort({ seq: -1 })
      .limit(LOOKED_BACK)
      .lean<Message[]>();
    for (const each of before) {
      if (!isUnattributed(each)) return null;
      const serviceMessage = await deps.findByText(conversation, { text: each.text, near: each.sentAt });
      if (serviceMessage && (await bonds.tie(conversation, serviceMessage, 'history')))
        return { serviceMessage, by: 'history' };
    }
    return null;
  }

  return {
    isHidden: createIsServiceMessage(deps),
    recognise: createRecognise(deps),
    async learn(conversation, reply) {
      await match(conversation, reply);
    },

    async placeReply(conversation, reply): Promise<PlacedReply> {
      const found = (await match(conversation, reply)) ?? (await matchHistory(conversation));
      if (found || (conversation.isMatched && conversation.replyCount === 0))
        await bonds.enterAll(conversation, reply.sentAt);
      const mayHaveGrown =
        found || (conversation.replyCount === 0 && (conversation.lastSeq > 0 || conversation.isMatched));
      const now = mayHaveGrown ? await conversationStore.change(conversation._id, () => null) : conversation;
      const entry = found
        ? await deps.entries.enter(now, found.serviceMessage, { isProven: true })
        : await entryInFront(messages, now);
      if (!entry) return { conversation: now };
      const by = found?.by ?? 'bond';
      // Who answers a message by it has read it, whether the network tells so or not.
      if (found) await wasRead(deps, [entry], reply.sentAt);
      return {
        conversation: now,
        answers: {
          messageId: entry._id,
          by,
          quote: {
            messageId: entry._id,
            externalId: entry.externalId ?? null,
            authorName: entry.authorName,
            text: entry.text,
            attachmentKinds: [],
          },
        },
      };
    },

    wasRead: (entries, at) => wasRead(deps, entries, at),
  };
}

/** The client answers what they saw last: a service message, if that is what stands before the answer. */
async function entryInFront(
  messages: Model<Message>,
  { lastMessage }: Conversation,
): Promise<Message | null> {
  return lastMessage?.kind === 'service' ? messages.findById(lastMessage.messageId).lean<Message>() : null;
}

async function wasRead(
  { receipts, serviceMessages }: Pick<ServiceThreadingDeps, 'receipts' | 'serviceMessages'>,
  entries: readonly Message[],
  at: Date,
): Promise<void> {
  const open = entries.filter(({ service }) => service && service.status !== 'read');
  if (open.length === 0) return;
  const ids = open.flatMap(({ serviceMessageId }) => serviceMessageId ?? []);
  const found = await serviceMessages
    .find({ _id: { $in: ids } }, { route: 1 })
    .lean<Pick<ServiceMessage, '_id' | 'route'>[]>();
  const communityOf = new Map(open.map((each) => [each.serviceMessageId?.toHexString(), each.communityId]));
  await (await receipts).record(
    found.flatMap(({ _id, route }) => {
      const way = route.find(({ communityId }) => communityId.equals(communityOf.get(_id.toHexString())!));
      return way
        ? [
            {
              communityId: way.communityId,
              externalId: null,
              tryKey: tryKeyOf(_id, way.network),
              status: 'read' as const,
              at,
              code: null,
              networkCode: null,
              source: 'event' as const,
            },
          ]
        : [];
    }),
  );
}
