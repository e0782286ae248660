/**
 * Finds a service message of this conversation by its text, for networks that give nothing else. It was sent to the
 * client's own phone, or to the only phone possible. With two possible phones the result is null.
 */
import type { Model, Types } from 'mongoose';
import type { Client } from '../clients/client.model.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { textDigestOf } from '../serviceMessages/accepting/textDigest.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { sentAtOf } from './serviceEntries.ts';

export type FindByText = (
  conversation: Conversation,
  /** `near`: the network's time of sending. */
  query: { text: string; near: Date | null },
) => Promise<ServiceMessage | null>;

/** If this many messages have the same text, the text does not identify a phone. */
const CANDIDATES = 50;
/** How long the gateway may hold a message before it reaches the phone, plus the difference of clocks. */
const NEAR_MS = 24 * 3600_000 + 60_000;

export function createFindByText(deps: {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  serviceMessages: Model<ServiceMessage>;
}): FindByText {
  const { companyId, clients, serviceMessages } = deps;
  return async (conversation, { text, near }) => {
    const withText = {
      communityId: conversation.communityId,
      textDigest: textDigestOf(text),
      ...(near ? { acceptedAt: { $lte: new Date(near.getTime() + 60_000) } } : {}),
    };
    const newest = await serviceMessages
      .find(withText)
      .sort({ acceptedAt: -1 })
      .limit(CANDIDATES)
      .lean<ServiceMessage[]>();
    const sent = newest.filter(
      (each) => each.status !== 'queued' && (!near || near.getTime() - sentAtOf(each).getTime() < NEAR_MS),
    );
    if (sent.length === 0) return null;
    const client = await clients
      .findById(conversation.clientId, { phoneIndex: 1 })
      .lean<Pick<Client, 'phoneIndex'>>();
    if (client?.phoneIndex !== undefined) {
      const own = sent.filter(({ phoneIndex }) => phoneIndex === client.phoneIndex);
      return nearest(own, near);
    }
    if (newest.length === CANDIDATES) return null;
    const others = await bondedElsewhere(conversation, [
      ...new Set(sent.map(({ phoneIndex }) => phoneIndex)),
    ]);
    const possible = sent.filter(({ phoneIndex }) => !others.has(phoneIndex));
    const isOnePhone = new Set(possible.map(({ phoneIndex }) => phoneIndex)).size === 1;
    return isOnePhone ? nearest(possible, near) : null;
  };

  /** Of these phones, those whose client has a user id in this network, and so is another person. */
  async function bondedElsewhere({ network }: Conversation, phoneIndexes: string[]): Promise<Set<string>> {
    const bonded = await clients
      .find({ companyId, phoneIndex: { $in: phoneIndexes }, 'bonds.network': network }, { phoneIndex: 1 })
      .lean<{ phoneIndex: string }[]>();
    return new Set(bonded.map(({ phoneIndex }) => phoneIndex));
  }
}

/** @param messages newest first. */
function nearest(messages: ServiceMessage[], near: Date | null): ServiceMessage | null {
  if (!near) return messages[0] ?? null;
  const distance = (message: ServiceMessage) => Math.abs(sentAtOf(message).getTime() - near.getTime());
  return messages.reduce<ServiceMessage | null>(
    (best, each) => (best === null || distance(each) < distance(best) ? each : best),
    null,
  );
}
