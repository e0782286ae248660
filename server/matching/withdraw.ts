/**
 * Takes service messages out of threads where they do not belong: what was read from the network becomes an ordinary
 * answer again, what we put there ourselves is left empty in its place, for a thread has no holes.
 */
import type { Model } from 'mongoose';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Thread } from '../conversations/thread/thread.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';

export interface WithdrawDeps {
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  thread: Thread;
}

const AT_ONCE = 100;

/** Safe to repeat: what is withdrawn already is not found again. */
export async function withdraw(
  deps: WithdrawDeps,
  conversations: readonly Conversation[],
  phoneIndex: string,
): Promise<void> {
  for (const { _id, companyId } of conversations) {
    for (;;) {
      const shown = await deps.serviceMessages
        .find({ companyId, phoneIndex, conversationId: _id }, { _id: 1 })
        .limit(AT_ONCE)
        .lean<Pick<ServiceMessage, '_id'>[]>();
      if (shown.length === 0) break;
      for (const message of shown) await withdrawOne(deps, message);
    }
  }
}

/** Its entry leaves whatever thread it stands in. */
export async function withdrawOne(
  { messages, serviceMessages, thread }: WithdrawDeps,
  { _id }: Pick<ServiceMessage, '_id'>,
): Promise<void> {
  const entry = await messages.findOne({ serviceMessageId: _id }).lean<Message>();
  if (entry) {
    const answers = await messages
      .find({ conversationId: entry.conversationId, 'answers.messageId': entry._id }, { _id: 1 })
      .limit(AT_ONCE)
      .lean<Pick<Message, '_id'>[]>();
    for (const answer of answers)
      await thread.amend({ _id: answer._id }, { $set: { replyTo: null }, $unset: { answers: '' } });
    await thread.amend(
      { _id: entry._id, serviceMessageId: _id },
      entry.externalId === undefined
        ? {
            $set: { deletedAt: new Date(), text: '', 'service.variables': {}, 'service.buttons': [] },
            $unset: { serviceMessageId: '' },
          }
        : {
            $set: { kind: 'answer', status: 'sent', authorType: 'administrator' },
            $unset: { serviceMessageId: '', service: '' },
          },
    );
  }
  await serviceMessages.updateOne({ _id }, { $unset: { conversationId: '' } });
}
