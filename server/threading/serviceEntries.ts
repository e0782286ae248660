/**
 * Service messages as entries of a thread (N25): what was sent, by which template, and the status it has now. The
 * service message stays the truth; its entry is a copy that only moves forward, so each call may be repeated.
 */
import type { Model } from 'mongoose';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message, StoredService } from '../messages/message.model.ts';
import { blankDraft, type Thread } from '../messages/thread.ts';
import type { ServiceMessage } from '../sending/serviceMessage.model.ts';

export interface ServiceEntryParts {
  serviceMessages: Model<ServiceMessage>;
  thread: Thread;
}

export interface ServiceEntries {
  /**
   * Gives the message its entry at the end of the thread, once. Null for a one-way message: it has no place in a
   * conversation (N2). `randomId` lets the network's echo of a direct send find the entry.
   */
  enter(
    conversation: Conversation,
    serviceMessage: ServiceMessage,
    options?: { randomId?: number },
  ): Promise<Message | null>;
  /** Brings the entry to the message's status; null where there is no entry, or it knows as much already. */
  copyStatus(serviceMessage: ServiceMessage): Promise<Message | null>;
}

export function createServiceEntries({ serviceMessages, thread }: ServiceEntryParts): ServiceEntries {
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

  return {
    async enter(conversation, serviceMessage, { randomId } = {}) {
      if (serviceMessage.direction === 'oneWay') return null;
      const { _id, text, sendAt, acceptedAt } = serviceMessage;
      const { message } = await thread.append(conversation, {
        ...blankDraft(new Date()),
        sentAt: sendAt ?? acceptedAt,
        kind: 'service',
        direction: 'out',
        authorType: 'system',
        authorName: '',
        text,
        status: 'stored',
        serviceMessageId: _id,
        service: serviceOf(serviceMessage),
        ...(randomId === undefined ? {} : { randomId }),
      });
      // From here on whoever moves the status sees that it has an entry; a move made before is in what this returns.
      const current = await serviceMessages
        .findByIdAndUpdate(
          _id,
          { $set: { conversationId: message.conversationId } },
          { returnDocument: 'after' },
        )
        .lean<ServiceMessage>();
      return (current && (await copyStatus(current))) ?? message;
    },
    copyStatus,
  };
}

function serviceOf(message: ServiceMessage): StoredService {
  const { templateName, templateVersion, variables, buttons, imageIds } = message;
  const { status, statusAt, sequence, endCode } = message;
  return {
    templateName,
    templateVersion,
    variables,
    buttons,
    imageIds,
    status,
    statusAt,
    sequence,
    endCode,
  };
}
