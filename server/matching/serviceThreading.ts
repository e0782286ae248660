/**
 * Finds the service message that a reply answers (N6), and enters those sent before it in the thread (N25, no thread
 * before the first reply). Matching runs before the reply is stored, so that entries precede it. Steps may be
 * repeated.
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
import { tryKeyOf } from '../serviceMessages/sending/serviceChannel.ts';
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
  /** Records read marks of the network. */
  receipts: Promise<Receipts>;
}

interface Match {
  serviceMessage: ServiceMessage;
  by: AnswerWay;
}

/** How many outgoing messages before a reply are checked for service messages. */
const LOOKED_BACK = 20;

export function createServiceThreading(deps: ServiceThreadingDeps): ServiceThreading {
  const { messages, conversationStore, bonds } = deps;

  /** Finds the service message by evidence in the reply, and bonds the client to a proven phone. */
  async function match(conversation: Conversation, reply: NetworkMessage): Promise<Match | null> {
    const evidence = await deps.findEvidence(conversation, reply);
    if (!evidence) return null;
    const { serviceMessage, how, isProof } = evidence;
    const isBonded = isProof
      ? await bonds.bondByProof(conversation, serviceMessage, how)
      : await bonds.isBonded(conversation, serviceMessage);
    return isBonded ? { serviceMessage, by: how } : null;
  }

  /** Finds the service message in the network's history right before the reply, by its text and time. */
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
      if (serviceMessage && (await bonds.bondByProof(conversation, serviceMessage, 'history')))
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
      const matched = (await match(conversation, reply)) ?? (await matchHistory(conversation));
      if (matched || (conversation.isMatched && conversation.replyCount === 0))
        await bonds.enterAll(conversation, reply.sentAt);
      const mayHaveGrown =
        matched || (conversation.replyCount === 0 && (conversation.lastSeq > 0 || conversation.isMatched));
      const now = mayHaveGrown ? await conversationStore.change(conversation._id, () => null) : conversation;
      const entry = matched
        ? await deps.entries.enter(now, matched.serviceMessage, { isProven: true })
        : await entryBeforeReply(messages, now);
      if (!entry) return { conversation: now };
      const by = matched?.by ?? 'bond';
      // A client who answers a message has read it, even if the network does not report it.
      if (matched) await wasRead(deps, [entry], reply.sentAt);
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

/** A reply without evidence answers the last message of the thread, if that is a service message. */
async function entryBeforeReply(
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
  const readMessages = await serviceMessages
    .find({ _id: { $in: ids } }, { route: 1 })
    .lean<Pick<ServiceMessage, '_id' | 'route'>[]>();
  const communityOf = new Map(open.map((each) => [each.serviceMessageId?.toHexString(), each.communityId]));
  await (await receipts).record(
    readMessages.flatMap(({ _id, route }) => {
      const step = route.find(({ communityId }) => communityId.equals(communityOf.get(_id.toHexString())!));
      return step
        ? [
            {
              communityId: step.communityId,
              externalId: null,
              tryKey: tryKeyOf(_id, step.network),
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
