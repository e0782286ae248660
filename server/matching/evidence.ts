/**
 * Reads from one reply which service message it answers (N6): by the pressed button, the network's tag or the quote.
 * `isProof`: the evidence names one message beyond doubt. Without it, the client must have the phone already.
 */
import { type Model, Types } from 'mongoose';
import { z } from 'zod';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { NetworkMessage } from '../conversations/intake/networkEvent.ts';
import type { Message } from '../conversations/message.model.ts';
import { messageIdOfTry } from '../serviceMessages/sending/serviceChannel.ts';
import { type ServiceMessage, sentAs } from '../serviceMessages/serviceMessage.model.ts';
import type { FindByText } from './findByText.ts';

export interface EvidenceDeps {
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  findByText: FindByText;
}

export interface Evidence {
  serviceMessage: ServiceMessage;
  how: 'button' | 'tag' | 'quote';
  isProof: boolean;
}

/** The payload of our own and gateways' text buttons. Any user of VK's API can send an arbitrary payload. */
const buttonPayload = z.object({
  notify: z.object({
    /** The gateway's id of the message, or ours if the community itself sent it. */
    messageId: z.string().max(200),
    clientMessageId: z.string().max(200).optional(),
  }),
});

export function createEvidence(deps: EvidenceDeps) {
  const { messages, serviceMessages } = deps;

  async function find(
    conversation: Conversation,
    _id: Types.ObjectId | null,
  ): Promise<ServiceMessage | null> {
    if (!_id) return null;
    return serviceMessages
      .findOne({ _id, companyId: conversation.companyId, 'tries.communityId': conversation.communityId })
      .lean<ServiceMessage>();
  }

  async function ofButton(conversation: Conversation, { payload }: NetworkMessage): Promise<Evidence | null> {
    const read = buttonPayload.safeParse(readJson(payload));
    if (!read.success) return null;
    const { messageId, clientMessageId } = read.data.notify;
    const serviceMessage = await find(
      conversation,
      messageIdOfTry(clientMessageId ?? null) ?? idOf(messageId),
    );
    if (!serviceMessage) return null;
    // Only the recipient knows the gateway's id; our id could be guessed.
    const isProof = triesIn(conversation, serviceMessage).some(({ externalId }) => externalId === messageId);
    return { serviceMessage, how: 'button', isProof };
  }

  async function ofTag(conversation: Conversation, { tag }: NetworkMessage): Promise<Evidence | null> {
    if (tag === undefined) return null;
    const serviceMessage = await find(conversation, messageIdOfTry(tag) ?? idOf(tag));
    return serviceMessage && { serviceMessage, how: 'tag', isProof: true };
  }

  async function ofQuote(conversation: Conversation, { replyTo }: NetworkMessage): Promise<Evidence | null> {
    if (!replyTo) return null;
    const { communityId, peerId } = conversation;
    if (replyTo.externalId !== null) {
      const quoted = await messages
        .findOne({ communityId, peerId, externalId: replyTo.externalId })
        .lean<Message>();
      if (quoted?.serviceMessageId) {
        const serviceMessage = await find(conversation, quoted.serviceMessageId);
        return serviceMessage && { serviceMessage, how: 'quote', isProof: true };
      }
      if (quoted && quoted.kind !== 'answer') return null;
      const sent = await findByNetworkId(serviceMessages, conversation, replyTo.externalId);
      if (sent) return { serviceMessage: sent, how: 'quote', isProof: true };
    }
    if (replyTo.text === '') return null;
    const matched = await deps.findByText(conversation, { text: replyTo.text, near: null });
    return matched && { serviceMessage: matched, how: 'quote', isProof: true };
  }

  return async (conversation: Conversation, reply: NetworkMessage): Promise<Evidence | null> =>
    (await ofButton(conversation, reply)) ??
    (await ofTag(conversation, reply)) ??
    (await ofQuote(conversation, reply));
}

export type FindEvidence = ReturnType<typeof createEvidence>;

/** Null for VK: it numbers each dialogue from 1, so its id is unique only within the dialogue. */
export async function findByNetworkId(
  serviceMessages: Model<ServiceMessage>,
  { network, communityId }: Pick<Conversation, 'network' | 'communityId'>,
  externalId: string,
): Promise<ServiceMessage | null> {
  if (network === 'vk') return null;
  return serviceMessages.findOne(sentAs(communityId, [externalId]) as never).lean<ServiceMessage>();
}

/** Undefined for a payload that is not JSON. */
function readJson(payload: string | undefined): unknown {
  try {
    return payload === undefined ? undefined : JSON.parse(payload);
  } catch {
    return undefined;
  }
}

function triesIn({ communityId }: Conversation, { tries }: ServiceMessage): ServiceMessage['tries'] {
  return tries.filter((each) => each.communityId.equals(communityId));
}

function idOf(text: string): Types.ObjectId | null {
  return /^[0-9a-f]{24}$/.test(text) ? new Types.ObjectId(text) : null;
}
