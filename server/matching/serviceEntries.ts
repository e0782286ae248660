/**
 * Service messages as entries of a thread (N25): what was sent, by which template, and the status it has now. The
 * service message stays the truth; its entry is a copy that only moves forward, so each call may be repeated.
 */
import type { Model } from 'mongoose';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message, ServiceSnapshot } from '../conversations/message.model.ts';
import { serviceContentOf } from '../conversations/thread/serviceContent.ts';
import { blankDraft, type Thread } from '../conversations/thread/thread.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { withdrawOne } from './withdraw.ts';

export interface ServiceEntryDeps {
  serviceMessages: Model<ServiceMessage>;
  messages: Model<Message>;
  thread: Thread;
}

/** How the network's dialogue knows the message, where that is known. */
export interface EntryPlace {
  externalId: string;
  position: number | null;
}

export interface ServiceEntries {
  /**
   * Gives the message its entry at the end of the thread, once. Null for a one-way message: it has no place in a
   * conversation (N2). One that stands in another thread already comes here only where it is proven to belong here.
   */
  enter(
    conversation: Conversation,
    serviceMessage: ServiceMessage,
    options?: { place?: EntryPlace | undefined; isProven?: boolean },
  ): Promise<Message | null>;
  /**
   * Makes the entry out of a message that was read from the network before it was known what it is, in its place. Null
   * when somebody else has made it something meanwhile.
   */
  turnInto(message: Message, serviceMessage: ServiceMessage): Promise<Message | null>;
  /** Brings the entry to the message's status; null where there is no entry, or it knows as much already. */
  copyStatus(serviceMessage: ServiceMessage): Promise<Message | null>;
}

export function createServiceEntries({
  serviceMessages,
  messages,
  thread,
}: ServiceEntryDeps): ServiceEntries {
  const copyStatus: ServiceEntries['copyStatus'] = async ({ _id, status, statusAt, sequence, endCode }) => {
    const amended = await thread.amend(
      { serviceMessageId: _id, 'service.sequence': { $lt: sequence } },
      {
        $set: {
          'service.status': status,
          'service.statusAt': statusAt,
          'service.sequence': sequence,
          'service.endCode': endCode,
        },
      },
    );
    return amended?.message ?? null;
  };

  /** From here on whoever moves the status sees that it has an entry; a move made before is in what this returns. */
  async function bringUpToDate(entry: Message): Promise<Message> {
    const current = await serviceMessages
      .findByIdAndUpdate(
        entry.serviceMessageId,
        { $set: { conversationId: entry.conversationId } },
        { returnDocument: 'after' },
      )
      .lean<ServiceMessage>();
    return (current && (await copyStatus(current))) ?? entry;
  }

  const turnInto: ServiceEntries['turnInto'] = async ({ _id }, serviceMessage) => {
    try {
      const amended = await thread.amend(
        { _id, kind: 'answer', serviceMessageId: { $exists: false } },
        { $set: { ...entryOf(serviceMessage), deletedAt: null } },
      );
      return amended && (await bringUpToDate(amended.message));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return null;
    }
  };

  /** The network's number of an entry that had none; another message has it only where the network counts anew. */
  async function keepPlace(entry: Message, { externalId, position }: EntryPlace): Promise<Message> {
    if (entry.externalId !== undefined) return entry;
    try {
      const amended = await thread.amend(
        { _id: entry._id, externalId: { $exists: false } },
        { $set: { externalId, ...(position === null ? {} : { position }) } },
      );
      return amended?.message ?? entry;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return entry;
    }
  }

  const enter: ServiceEntries['enter'] = async (
    conversation,
    serviceMessage,
    { place, isProven = false } = {},
  ) => {
    if (serviceMessage.direction === 'oneWay') return null;
    const { message, isNew } = await thread.append(conversation, {
      ...blankDraft(new Date()),
      ...entryOf(serviceMessage),
      direction: 'out',
      text: serviceMessage.text,
      sentAt: sentAtOf(serviceMessage),
      ...(place && { externalId: place.externalId }),
      ...(place && place.position !== null ? { position: place.position } : {}),
    });
    if (isNew) return bringUpToDate(message);
    if (message.serviceMessageId?.equals(serviceMessage._id)) {
      if (message.conversationId.equals(conversation._id))
        return bringUpToDate(place ? await keepPlace(message, place) : message);
      if (!isProven) return null;
      // It was thought to be another client's: their phone is this one's by now.
      await withdrawOne({ messages, serviceMessages, thread }, serviceMessage);
      return enter(conversation, serviceMessage, { place, isProven });
    }
    // The network's number belongs to what was stored before it was known what it is.
    return turnInto(message, serviceMessage);
  };
  return { enter, turnInto, copyStatus };
}

/** When the network took it; when it was to be sent, where it has not told. */
export function sentAtOf({ history, sendAt, acceptedAt }: ServiceMessage): Date {
  return history.find(({ status, isApplied }) => status === 'sent' && isApplied)?.at ?? sendAt ?? acceptedAt;
}

function entryOf(message: ServiceMessage) {
  return {
    kind: 'service',
    authorType: 'system',
    authorName: '',
    status: 'stored',
    serviceMessageId: message._id,
    service: snapshotOf(message),
  } as const;
}

function snapshotOf(message: ServiceMessage): ServiceSnapshot {
  const { status, statusAt, sequence, endCode } = message;
  return { ...serviceContentOf(message), status, statusAt, sequence, endCode };
}
