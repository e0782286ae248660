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
import type { Rows } from '../conversations/list/rows.ts';
import type { Message } from '../conversations/message.model.ts';
import { createIsServiceMessage } from '../serviceMessages/knownService.ts';
import type { Receipts } from '../serviceMessages/ports.ts';
import { tryKeyOf } from '../serviceMessages/serviceChannel.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { ClientBonds } from './clientBonds.ts';
import type { FindEvidence } from './evidence.ts';
import type { FindByWords } from './findByWords.ts';
import { createRecognise } from './recognise.ts';
import type { ServiceEntries } from './serviceEntries.ts';
import { isStray } from './stray.ts';

export interface ServiceThreadingParts {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  rows: Rows;
  entries: ServiceEntries;
  findEvidence: FindEvidence;
  findByWords: FindByWords;
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

export function createServiceThreading(parts: ServiceThreadingParts): ServiceThreading {
  const { messages, rows, bonds } = parts;

  /** What the reply proves, once the client is tied to the phone that it proves; null where it proves nothing. */
  async function match(row: Conversation, reply: NetworkMessage): Promise<Match | null> {
    const evidence = await parts.findEvidence(row, reply);
    if (!evidence) return null;
    const { serviceMessage, how, isProof } = evidence;
    const isTied = isProof
      ? await bonds.tie(row, serviceMessage, how)
      : await bonds.isTied(row, serviceMessage);
    return isTied ? { serviceMessage, by: how } : null;
  }

  /** What the network's history shows right before the first answer, by its id, then by its words and time. */
  async function matchHistory(row: Conversation): Promise<Match | null> {
    const last = row.lastMessage;
    if (row.isMatched || last?.kind !== 'answer' || last.authorPersonId) return null;
    const before = await messages
      .find({ conversationId: row._id })
      .sort({ seq: -1 })
      .limit(LOOKED_BACK)
      .lean<Message[]>();
    for (const each of before) {
      if (!isStray(each)) return null;
      const serviceMessage = await parts.findByWords(row, { text: each.text, near: each.sentAt });
      if (serviceMessage && (await bonds.tie(row, serviceMessage, 'history')))
        return { serviceMessage, by: 'history' };
    }
    return null;
  }

  return {
    isHidden: createIsServiceMessage(parts),
    recognise: createRecognise(parts),
    async learn(row, reply) {
      await match(row, reply);
    },

    async placeReply(row, reply): Promise<PlacedReply> {
      const found = (await match(row, reply)) ?? (await matchHistory(row));
      if (found || (row.isMatched && row.replyCount === 0)) await bonds.enterAll(row, reply.sentAt);
      const mayHaveGrown = found || (row.replyCount === 0 && (row.lastSeq > 0 || row.isMatched));
      const now = mayHaveGrown ? await rows.change(row._id, () => null) : row;
      const entry = found
        ? await parts.entries.enter(now, found.serviceMessage, { isProven: true })
        : await entryInFront(messages, now);
      if (!entry) return { row: now };
      const by = found?.by ?? 'bond';
      // Who answers a message by it has read it, whether the network tells so or not.
      if (found) await wasRead(parts, [entry], reply.sentAt);
      return {
        row: now,
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

    wasRead: (entries, at) => wasRead(parts, entries, at),
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
  { receipts, serviceMessages }: Pick<ServiceThreadingParts, 'receipts' | 'serviceMessages'>,
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
  await (await receipts).take(
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
