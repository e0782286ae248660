/**
 * Removes service messages from threads where they do not belong. An entry that the network also shows becomes an
 * ordinary answer again. An entry that we added is emptied and keeps its place, because a thread has no holes.
 */

import type { Model } from 'mongoose';
import type { Conversation } from '../conversations/conversation.model.ts';
import { countAgain, followAgain } from '../conversations/list/threadMarks.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Thread } from '../conversations/thread/thread.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { currentTime } from '../work/clock.ts';

export interface WithdrawDeps {
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  thread: Thread;
}

const BATCH = 100;

/** Safe to repeat: a withdrawn message is not selected again. */
export async function withdraw(
  deps: WithdrawDeps,
  conversations: readonly Conversation[],
  phoneIndex: string,
): Promise<void> {
  for (const { _id, companyId } of conversations) {
    for (;;) {
      const shown = await deps.serviceMessages
        .find({ companyId, phoneIndex, conversationId: _id }, { _id: 1 })
        .limit(BATCH)
        .lean<Pick<ServiceMessage, '_id'>[]>();
      if (shown.length === 0) break;
      for (const message of shown) await withdrawOne(deps, message);
    }
  }
}

/** Withdraws the entry from the thread that holds it, if any. */
export async function withdrawOne(
  { messages, serviceMessages, thread }: WithdrawDeps,
  { _id }: Pick<ServiceMessage, '_id'>,
): Promise<void> {
  const entry = await messages.findOne({ serviceMessageId: _id }).lean<Message>();
  if (entry) {
    const answers = await messages
      .find({ conversationId: entry.conversationId, 'answers.messageId': entry._id }, { _id: 1 })
      .limit(BATCH)
      .lean<Pick<Message, '_id'>[]>();
    for (const answer of answers)
      await thread.amend(
        { _id: answer._id },
        { $set: { replyTo: null }, $unset: { answers: '' } },
        countAgain,
      );
    await thread.amend(
      { _id: entry._id, serviceMessageId: _id },
      entry.externalId === undefined
        ? {
            $set: { deletedAt: currentTime(), text: '', 'service.variables': {}, 'service.buttons': [] },
            $unset: { serviceMessageId: '' },
          }
        : {
            $set: { kind: 'answer', status: 'sent', authorType: 'administrator' },
            $unset: { serviceMessageId: '', service: '' },
          },
      followAgain,
    );
  }
  await serviceMessages.updateOne({ _id }, { $unset: { conversationId: '' } });
}
