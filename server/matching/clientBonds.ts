/**
 * Bonds clients to phones and updates their threads: a phone's service messages enter them, or leave them when the
 * bond was wrong.
 */

import type { Model, Types } from 'mongoose';
import type { PhoneEvidence } from '../../shared/schemas/client.ts';
import type { Register } from '../accessRegister/register.ts';
import { type Actor, DESK_NAME } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Client } from '../clients/client.model.ts';
import { bondPhone, type PhoneBondDeps, type PhoneBonded, type PhoneClaim } from '../clients/phoneBonds.ts';
import type { ClientConversations } from '../conversations/clientConversations.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { ConversationStore } from '../conversations/list/conversationStore.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Thread } from '../conversations/thread/thread.ts';
import type { Phones } from '../phones/servicePhones.ts';
import { textDigestOf } from '../serviceMessages/accepting/textDigest.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { currentTime } from '../work/clock.ts';
import { type ServiceEntries, sentAtOf } from './serviceEntries.ts';
import { isUnattributed } from './unattributed.ts';
import { withdraw } from './withdraw.ts';

export interface ClientBondDeps extends PhoneBondDeps {
  clientConversations: ClientConversations;
  conversations: Model<Conversation>;
  conversationStore: ConversationStore;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  thread: Thread;
  entries: ServiceEntries;
  phones: Phones;
  audit: Audit;
  register: Pick<Register, 'write'>;
}

export interface ClientBonds {
  /** Bonds the conversation's client to the message's phone; false when an agent has unbonded it before. */
  bondByProof(
    conversation: Conversation,
    message: ServiceMessage,
    how: Exclude<PhoneEvidence, 'hand'>,
  ): Promise<boolean>;
  isBonded(conversation: Conversation, message: ServiceMessage): Promise<boolean>;
  /** Gives each message sent to the client's phone through this community before `upTo` its entry, in order. */
  enterAll(conversation: Conversation, upTo: Date): Promise<void>;
  /** An agent bonds the phone by hand. */
  bondByHand(
    clientId: Types.ObjectId,
    claim: Pick<PhoneClaim, 'phone' | 'mergeWith'> & { person: Actor },
  ): Promise<PhoneBonded>;
  /** Updates the client's conversations and threads to their present phone and user ids. */
  alignThreads(clientId: Types.ObjectId): Promise<void>;
  /** Removes the phone's messages from the threads of these conversations. */
  withdraw(conversations: readonly Conversation[], phoneIndex: string): Promise<void>;
}

/** How many of a client's newest messages enter a thread at once; the card shows them all. */
const ENTERED_AT_ONCE = 200;
/** Networks date messages by their own clocks, in whole seconds. */
const CLOCK_SKEW_MS = 60_000;
/** How many of the newest messages of a thread are searched for unrecognised service messages. */
const LOOKED_BACK = 200;

export function createClientBonds(deps: ClientBondDeps): ClientBonds {
  const { clients, messages, serviceMessages, entries, phones } = deps;

  async function phoneIndexOf(clientId: Types.ObjectId): Promise<string | null> {
    const client = await clients.findById(clientId, { phoneIndex: 1 }).lean<Pick<Client, 'phoneIndex'>>();
    return client?.phoneIndex ?? null;
  }

  async function enterAll(conversation: Conversation, upTo: Date): Promise<void> {
    const phoneIndex = await phoneIndexOf(
      (await deps.conversationStore.change(conversation._id, () => null)).clientId,
    );
    if (phoneIndex === null) return;
    const newest = await serviceMessages
      .find({ companyId: conversation.companyId, phoneIndex })
      .sort({ acceptedAt: -1, _id: -1 })
      .limit(ENTERED_AT_ONCE)
      .lean<ServiceMessage[]>();
    const missing = newest
      .filter(
        (each) =>
          each.status !== 'queued' &&
          each.direction === 'twoWay' &&
          !each.conversationId &&
          each.communityId.equals(conversation.communityId) &&
          sentAtOf(each).getTime() <= upTo.getTime() + CLOCK_SKEW_MS,
      )
      .sort((a, b) => sentAtOf(a).getTime() - sentAtOf(b).getTime());
    if (missing.length === 0) return;
    const unattributedMessages = await unattributedOf(conversation);
    for (const message of missing) {
      const unattributed = unattributedMessages.find(({ text }) => textDigestOf(text) === message.textDigest);
      if (unattributed) unattributedMessages.splice(unattributedMessages.indexOf(unattributed), 1);
      if (!(unattributed && (await entries.turnInto(unattributed, message))))
        await entries.enter(conversation, message);
    }
  }

  /** Oldest first, so that of two with the same text the earlier one becomes the earlier message's entry. */
  async function unattributedOf({ _id }: Conversation): Promise<Message[]> {
    const newest = await messages
      .find({ conversationId: _id })
      .sort({ seq: -1 })
      .limit(LOOKED_BACK)
      .lean<Message[]>();
    return newest.filter(isUnattributed).reverse();
  }

  async function alignThreads(clientId: Types.ObjectId): Promise<void> {
    const conversations = await deps.clientConversations.align(clientId);
    const now = currentTime();
    for (const conversation of conversations)
      if (conversation.replyCount > 0) await enterAll(conversation, now);
  }

  async function recordBonding(
    bonded: PhoneBonded,
    { how }: PhoneClaim,
    person: Actor | null,
  ): Promise<void> {
    if (bonded.kind !== 'bonded') return;
    const { client, other } = bonded;
    const { phoneBond } = client;
    if (!phoneBond) return;
    const key = `${client._id.toHexString()}:phone:${phoneBond.at.getTime()}`;
    await deps.register.write({
      key,
      action: 'changed',
      person,
      clientId: client._id,
      details: { what: 'phoneBonded' },
      at: phoneBond.at,
    });
    if (other)
      await deps.register.write({
        key: `${key}:other`,
        action: 'changed',
        person,
        clientId: other,
        details: { what: 'phoneTaken' },
        at: phoneBond.at,
      });
    await deps.audit.append({
      _id: `client:${key}`,
      companyId: deps.companyId,
      at: phoneBond.at,
      personId: person?.id ?? null,
      personName: person?.name ?? DESK_NAME,
      action: 'client.phoneBonded',
      subject: { kind: 'client', id: client._id.toHexString(), name: client._id.toHexString() },
      details: { how, other: other?.toHexString() ?? null },
    });
  }

  return {
    async bondByProof(conversation, message, how) {
      const { clientId, network } = await deps.conversationStore.change(conversation._id, () => null);
      const claim: PhoneClaim = {
        phone: phones.open(message.phoneSealed, message._id),
        how,
        network,
        personName: null,
      };
      const bonded = await bondPhone(deps, clientId, claim);
      if (bonded.kind !== 'bonded') return false;
      await recordBonding(bonded, claim, null);
      // A process that crashed after bonding may not have updated the conversations.
      if (bonded.isNew || !conversation.isMatched) await deps.clientConversations.align(clientId);
      return true;
    },

    async isBonded(conversation, { phoneIndex }) {
      return (await phoneIndexOf(conversation.clientId)) === phoneIndex;
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
      const bonded = await bondPhone(deps, clientId, claim);
      if (bonded.kind !== 'bonded') return bonded;
      await recordBonding(bonded, claim, person);
      if (before !== null && before !== bonded.client.phoneIndex)
        await withdraw(deps, await deps.clientConversations.align(clientId), before);
      await alignThreads(clientId);
      return bonded;
    },
    alignThreads,
    withdraw: (conversations, phoneIndex) => withdraw(deps, conversations, phoneIndex),
  };
}
