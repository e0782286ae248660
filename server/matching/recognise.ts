/** Recognises service messages among the community's outgoing messages in the network, and gives each its entry. */
import type { Model } from 'mongoose';
import type { Client } from '../clients/client.model.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { NetworkMessage } from '../conversations/intake/networkEvent.ts';
import type { ServiceThreading } from '../conversations/intake/serviceThreading.ts';
import type { Message } from '../conversations/message.model.ts';
import { textDigestOf } from '../serviceMessages/accepting/textDigest.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { findByNetworkId } from './evidence.ts';
import type { ServiceEntries } from './serviceEntries.ts';

export interface RecogniseDeps {
  clients: Model<Client>;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  entries: ServiceEntries;
}

/** Clients get at most five a day (N7, the daily quota), so the message that the network shows is among these. */
const NEWEST = 50;
const CLOCK_SKEW_MS = 60_000;

export function createRecognise(deps: RecogniseDeps): ServiceThreading['recognise'] {
  const { clients, messages, serviceMessages, entries } = deps;

  async function ofClient(conversation: Conversation, { text, sentAt, externalId }: NetworkMessage) {
    if (!conversation.isMatched || text === '') return null;
    const client = await clients
      .findById(conversation.clientId, { phoneIndex: 1 })
      .lean<Pick<Client, 'phoneIndex'>>();
    if (client?.phoneIndex === undefined) return null;
    const newest = await serviceMessages
      .find({
        companyId: conversation.companyId,
        phoneIndex: client.phoneIndex,
        acceptedAt: { $lte: new Date(sentAt.getTime() + CLOCK_SKEW_MS) },
      })
      .sort({ acceptedAt: -1, _id: -1 })
      .limit(NEWEST)
      .lean<ServiceMessage[]>();
    const digest = textDigestOf(text);
    const matches = newest.filter(
      (each) =>
        each.textDigest === digest &&
        each.tries.some(({ communityId }) => communityId.equals(conversation.communityId)),
    );
    return firstWithoutPlace(matches.reverse(), externalId);
  }

  /** Of several with the same text, the network shows the earliest first. */
  async function firstWithoutPlace(
    matches: ServiceMessage[],
    externalId: string,
  ): Promise<ServiceMessage | null> {
    if (matches.length === 0) return null;
    const known = await messages
      .find(
        { serviceMessageId: { $in: matches.map(({ _id }) => _id) } },
        { serviceMessageId: 1, externalId: 1 },
      )
      .lean<Pick<Message, 'serviceMessageId' | 'externalId'>[]>();
    const placeOf = new Map(known.map((each) => [each.serviceMessageId!.toHexString(), each.externalId]));
    const same = matches.find(({ _id }) => placeOf.get(_id.toHexString()) === externalId);
    return same ?? matches.find(({ _id }) => placeOf.get(_id.toHexString()) === undefined) ?? null;
  }

  return async (conversation, message) => {
    const { externalId, position } = message;
    const found =
      (await findByNetworkId(serviceMessages, conversation, externalId)) ??
      (await ofClient(conversation, message));
    return found && entries.enter(conversation, found, { place: { externalId, position }, isProven: true });
  };
}
