/**
 * Service messages as entries of a thread (N25, none before the first reply). The service message is the source of
 * truth. The entry is a copy whose status never goes back, so each call may be repeated.
 */

import type { Model } from 'mongoose';
import type { Conversation } from '../conversations/conversation.model.ts';
import { followAgain } from '../conversations/list/threadMarks.ts';
import type { Message, ServiceSnapshot } from '../conversations/message.model.ts';
import { serviceContentOf } from '../conversations/thread/serviceContent.ts';
import { blankDraft, type Thread } from '../conversations/thread/thread.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { currentTime } from '../work/clock.ts';
import { withdrawOne } from './withdraw.ts';

export interface ServiceEntryDeps {
  serviceMessages: Model<ServiceMessage>;
  messages: Model<Message>;
  thread: Thread;
}

/** The message's id and number in the network's dialogue. */
export interface EntryPlace {
  externalId: string;
  position: number | null;
}

export interface ServiceEntries {
  /**
   * Appends the message's entry to the thread, once. Null for a one-way message: it belongs to no conversation (N2).
   * An entry in another thread moves to this one only with `isProven`; without it the result is null.
   */
  enter(
    conversation: Conversation,
    serviceMessage: ServiceMessage,
    options?: { place?: EntryPlace | undefined; isProven?: boolean },
  ): Promise<Message | null>;
  /**
   * Turns a message that was read from the network earlier into the entry, at the same place in the thread. Null when
   * another call has turned it into an entry meanwhile.
   */
  turnInto(message: Message, serviceMessage: ServiceMessage): Promise<Message | null>;
  /** Copies the message's status to the entry; null when there is no entry, or it is as new already. */
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

  /** Later status changes see the entry through `conversationId`; the returned entry has all earlier ones. */
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
        // It was counted as an answer.
        followAgain,
      );
      return amended && (await bringUpToDate(amended.message));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return null;
    }
  };

  /** Stores the network's id on an entry without one. Another message has the id only if the network reused it. */
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
      ...blankDraft(currentTime()),
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
      // The phone has moved to this client, so the entry leaves the earlier client's thread.
      await withdrawOne({ messages, serviceMessages, thread }, serviceMessage);
      return enter(conversation, serviceMessage, { place, isProven });
    }
    // This message was stored under the network's id before it was recognised.
    return turnInto(message, serviceMessage);
  };
  return { enter, turnInto, copyStatus };
}

/** When the network accepted it; until the network reports that, the planned time. */
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
