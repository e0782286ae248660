/**
 * Ties clients to phones, and brings their threads to what that means: service messages enter them, or leave when a bond
 * turns out to be wrong.
 */
import type { Model, Types } from 'mongoose';
import type { PhoneEvidence } from '../../shared/schemas/client.ts';
import type { Reader, Register } from '../accessRegister/register.ts';
import type { Audit } from '../audit/audit.ts';
import type { Client } from '../clients/client.model.ts';
import { bondPhone, type PhoneBonded, type PhoneBondParts, type PhoneClaim } from '../clients/phoneBonds.ts';
import type { ClientConversations } from '../conversations/clientConversations.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Rows } from '../conversations/list/rows.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Thread } from '../conversations/thread/thread.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { textDigestOf } from '../serviceMessages/textDigest.ts';
import { type ServiceEntries, sentAtOf } from './serviceEntries.ts';
import { isStray } from './stray.ts';
import { withdraw } from './withdraw.ts';

export interface ClientBondParts extends PhoneBondParts {
  clientConversations: ClientConversations;
  conversations: Model<Conversation>;
  rows: Rows;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  thread: Thread;
  entries: ServiceEntries;
  phones: Phones;
  audit: Audit;
  register: Pick<Register, 'write'>;
}

export interface ClientBonds {
  /** Ties the client of this dialogue to the message's phone; false when a colleague has said that it is not theirs. */
  tie(row: Conversation, message: ServiceMessage, how: Exclude<PhoneEvidence, 'hand'>): Promise<boolean>;
  isTied(row: Conversation, message: ServiceMessage): Promise<boolean>;
  /** Gives every message that was sent to the client's phone through this community up to then its entry, in order. */
  enterAll(row: Conversation, upTo: Date): Promise<void>;
  /** A colleague's word. */
  bondByHand(
    clientId: Types.ObjectId,
    claim: Pick<PhoneClaim, 'phone' | 'mergeWith'> & { person: Reader },
  ): Promise<PhoneBonded>;
  /** Brings the threads of a client to the phone and the user ids that the client has now. */
  settle(clientId: Types.ObjectId): Promise<void>;
  /** Takes the messages of this phone out of the threads of these conversations. */
  withdraw(conversations: readonly Conversation[], phoneIndex: string): Promise<void>;
}

/** The newest of a client's messages that a thread takes in at once; the card shows them all. */
const ENTERED_AT_ONCE = 200;
/** Networks date messages by whole seconds, and by their own clock. */
const CLOCK_SKEW_MS = 60_000;
/** How far back a thread is searched for messages that were stored before it was known what they are. */
const LOOKED_BACK = 200;

export function createClientBonds(parts: ClientBondParts): ClientBonds {
  const { clients, messages, serviceMessages, entries, phones } = parts;

  async function phoneIndexOf(clientId: Types.ObjectId): Promise<string | null> {
    const client = await clients.findById(clientId, { phoneIndex: 1 }).lean<Pick<Client, 'phoneIndex'>>();
    return client?.phoneIndex ?? null;
  }

  async function enterAll(row: Conversation, upTo: Date): Promise<void> {
    const phoneIndex = await phoneIndexOf((await parts.rows.change(row._id, () => null)).clientId);
    if (phoneIndex === null) return;
    const newest = await serviceMessages
      .find({ companyId: row.companyId, phoneIndex })
      .sort({ acceptedAt: -1, _id: -1 })
      .limit(ENTERED_AT_ONCE)
      .lean<ServiceMessage[]>();
    const missing = newest
      .filter(
        (each) =>
          each.status !== 'queued' &&
          each.direction === 'twoWay' &&
          !each.conversationId &&
          each.communityId.equals(row.communityId) &&
          sentAtOf(each).getTime() <= upTo.getTime() + CLOCK_SKEW_MS,
      )
      .sort((a, b) => sentAtOf(a).getTime() - sentAtOf(b).getTime());
    if (missing.length === 0) return;
    const strays = await straysOf(row);
    for (const message of missing) {
      const stray = strays.find(({ text }) => textDigestOf(text) === message.textDigest);
      if (stray) strays.splice(strays.indexOf(stray), 1);
      if (!(stray && (await entries.turnInto(stray, message)))) await entries.enter(row, message);
    }
  }

  /** In their order, so that of two with the same words the earlier one becomes the earlier message's entry. */
  async function straysOf({ _id }: Conversation): Promise<Message[]> {
    const newest = await messages
      .find({ conversationId: _id })
      .sort({ seq: -1 })
      .limit(LOOKED_BACK)
      .lean<Message[]>();
    return newest.filter(isStray).reverse();
  }

  async function settle(clientId: Types.ObjectId): Promise<void> {
    const rows = await parts.clientConversations.align(clientId);
    const now = new Date();
    for (const row of rows) if (row.replyCount > 0) await enterAll(row, now);
  }

  async function noted(bonded: PhoneBonded, { how }: PhoneClaim, person: Reader | null): Promise<void> {
    if (bonded.kind !== 'bonded') return;
    const { client, other } = bonded;
    const { phoneBond } = client;
    if (!phoneBond) return;
    const key = `${client._id.toHexString()}:phone:${phoneBond.at.getTime()}`;
    await parts.register.write({
      key,
      action: 'changed',
      person,
      clientId: client._id,
      details: { what: 'phoneBonded' },
      at: phoneBond.at,
    });
    if (other)
      await parts.register.write({
        key: `${key}:other`,
        action: 'changed',
        person,
        clientId: other,
        details: { what: 'phoneTaken' },
        at: phoneBond.at,
      });
    await parts.audit.append({
      _id: `client:${key}`,
      companyId: parts.companyId,
      at: phoneBond.at,
      personId: person?.id ?? null,
      personName: person?.name ?? 'Notify Inbox',
      action: 'client.phoneBonded',
      subject: { kind: 'client', id: client._id.toHexString(), name: client._id.toHexString() },
      details: { how, other: other?.toHexString() ?? null },
    });
  }

  return {
    async tie(row, message, how) {
      const { clientId, network } = await parts.rows.change(row._id, () => null);
      const claim: PhoneClaim = {
        phone: phones.open(message.phoneSealed, message._id),
        how,
        network,
        personName: null,
      };
      const bonded = await bondPhone(parts, clientId, claim);
      if (bonded.kind !== 'bonded') return false;
      await noted(bonded, claim, null);
      // A process that died after it was bonded left the rows behind.
      if (bonded.isNew || !row.isMatched) await parts.clientConversations.align(clientId);
      return true;
    },

    async isTied(row, { phoneIndex }) {
      return (await phoneIndexOf(row.clientId)) === phoneIndex;
    },
    enterAll,

    async bondByHand(clientId, { phone, mergeWith, person }) {
      const before = await phoneIndexOf(clientId);
      const claim: PhoneClaim = {
        phone,
        how: 'hand',
        network: null,
        personName: person.name,
        ...(mergeWith && { mergeWith }),
      };
      const bonded = await bondPhone(parts, clientId, claim);
      if (bonded.kind !== 'bonded') return bonded;
      await noted(bonded, claim, person);
      if (before !== null && before !== bonded.client.phoneIndex)
        await withdraw(parts, await parts.clientConversations.align(clientId), before);
      await settle(clientId);
      return bonded;
    },
    settle,
    withdraw: (conversations, phoneIndex) => withdraw(parts, conversations, phoneIndex),
  };
}
