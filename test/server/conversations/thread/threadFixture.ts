/** Threads over a real store, without networks: each call of `createDeps` is what one process has. */
import { Types } from 'mongoose';
import type { Actor } from '../../../../server/audit/actor.ts';
import { clientModel } from '../../../../server/clients/client.model.ts';
import { type Conversation, conversationModel } from '../../../../server/conversations/conversation.model.ts';
import { openConversation } from '../../../../server/conversations/intake/openConversation.ts';
import { createConversationStore } from '../../../../server/conversations/list/conversationStore.ts';
import { type Message, messageModel } from '../../../../server/conversations/message.model.ts';
import { ratingModels } from '../../../../server/conversations/rating/rating.model.ts';
import {
  blankDraft,
  createThread,
  type MessageDraft,
} from '../../../../server/conversations/thread/thread.ts';
import type { Change } from '../../../../shared/events.ts';
import { openTestStore } from '../../../support/store.ts';

export const companyId = new Types.ObjectId('0123456789abcdef01234567');
const community = { id: '0123456789abcdef01234568', network: 'vk' as const, externalId: '1' };
export const anna = { id: new Types.ObjectId().toHexString(), name: 'Анна Соколова' } as Actor;

export async function openThreads() {
  const store = await openTestStore();
  const published: Change[] = [];
  let peer = 2000;

  function createDeps() {
    const conversations = conversationModel(store.connection);
    const messages = messageModel(store.connection);
    const conversationStore = createConversationStore(conversations, messages, (change) =>
      published.push(change),
    );
    return {
      companyId,
      clients: clientModel(store.connection),
      conversations,
      messages,
      ...ratingModels(store.connection),
      conversationStore,
      thread: createThread(messages, conversationStore),
    };
  }

  const { conversations, clients, messages, thread } = createDeps();
  await store.build([conversations, clients, messages] as never);
  return {
    createDeps,
    published,
    /** A conversation with this many replies. */
    async open(replies = 0): Promise<Conversation> {
      peer += 1;
      let conversation = await openConversation(
        createDeps(),
        community,
        String(peer),
        new Date(1_700_000_000_000),
      );
      for (let position = 1; position <= replies; position += 1)
        conversation = (await thread.append(conversation, reply(position))).conversation;
      return conversation;
    },
    read: ({ _id }: Conversation) => conversations.findById(_id).orFail().lean<Conversation>(),
    messagesOf: ({ _id }: Conversation) =>
      messages.find({ conversationId: _id }).sort({ seq: 1 }).lean<Message[]>(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
export type TestThreads = Awaited<ReturnType<typeof openThreads>>;

export function reply(position: number): MessageDraft {
  return {
    ...blankDraft(new Date()),
    kind: 'reply',
    direction: 'in',
    externalId: String(position),
    position,
    authorType: 'client',
    authorName: '',
    text: `#${position}`,
    status: 'received',
  };
}
