/** Answers on a real store, sent to the sandbox's VK by one or more senders. */

import { randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import { clientModel } from '../../../../server/clients/client.model.ts';
import type { Community } from '../../../../server/communities/community.model.ts';
import { communityModel } from '../../../../server/communities/community.model.ts';
import { type CommunityRef, toCommunityRef } from '../../../../server/communities/communityRef.ts';
import { type Conversation, conversationModel } from '../../../../server/conversations/conversation.model.ts';
import { openConversation } from '../../../../server/conversations/intake/openConversation.ts';
import { createConversationStore } from '../../../../server/conversations/list/conversationStore.ts';
import { type Message, messageModel } from '../../../../server/conversations/message.model.ts';
import {
  type AnswerSender,
  type SenderTiming,
  startAnswerSender,
} from '../../../../server/conversations/outbox/answerSender.ts';
import { retryAnswer, sendAgentAnswer } from '../../../../server/conversations/outbox/answers.ts';
import type { Channel } from '../../../../server/conversations/outbox/channel.ts';
import { recordSent } from '../../../../server/conversations/outbox/recordSent.ts';
import { createThread } from '../../../../server/conversations/thread/thread.ts';
import { createUploadStore, type Upload, type UploadStore } from '../../../../server/uploads/uploadStore.ts';
import type { MessageStatus } from '../../../../shared/schemas/message.ts';
import { until } from '../../../support/until.ts';
import { companyId, startVkDesk, type VkDesk, type VkProcess } from '../../channels/vk/vkDesk.ts';
import { anna, boris, groupId, silent } from '../../channels/vk/vkFixture.ts';

const agent = { id: new Types.ObjectId().toHexString(), name: 'Анна' };
/** The lease outlasts any test: only a test about a lease that runs out asks for a short one. */
const quick: SenderTiming = { leaseMs: 60_000, pollMs: 20, giveUpMs: 60_000, giveUpAttempts: 2 };

export interface SenderDesk extends AsyncDisposable {
  desk: VkDesk;
  vk: VkProcess;
  community: Community;
  channel: Channel;
  uploads: UploadStore;
  /** Queues an answer; it is not sent until a test starts a sender. */
  queue(text: string, more?: { userId?: number; uploads?: Upload[] }): Promise<Message>;
  tryAgain(message: Message): Promise<Message | null>;
  start(timing?: Partial<SenderTiming>, channel?: Channel, alsoKnown?: CommunityRef): AnswerSender;
  /** Puts a stored answer into the state in which a crash would leave it. */
  leave(message: Message, update: Record<string, unknown>): Promise<void>;
  /** Records the network's echo of the answer. */
  echoes(message: Message, externalId: string): Promise<void>;
  read(message: Message): Promise<Message>;
  conversation(userId?: number): Promise<Conversation>;
  becomes(message: Message, status: MessageStatus, timeoutMs?: number): Promise<Message>;
  /** Texts that the community has sent to this user. */
  onPhone(userId?: number): string[];
}

export async function startSenderDesk({ isListening = false } = {}): Promise<SenderDesk> {
  const desk = await startVkDesk();
  const vk = await desk.process({ isListening });
  const community = await desk.connect(vk);
  if (isListening) await desk.isIn('live');
  const { connection } = desk.store;
  const conversations = conversationModel(connection);
  const messages = messageModel(connection);
  const communities = communityModel(connection);
  const conversationStore = createConversationStore(conversations, messages, () => undefined);
  const thread = createThread(messages, conversationStore);
  const uploads = createUploadStore(connection);
  await uploads.buildIndexes();
  const senders: AnswerSender[] = [];
  for (const userId of [anna, boris]) desk.sandbox.control.clientAllows({ groupId, userId });

  const conversationWith = (userId: number) =>
    openConversation(
      { companyId, clients: clientModel(connection), conversations },
      toCommunityRef(community),
      String(userId),
      new Date(),
    );
  const read = (message: Message) => messages.findById(message._id).orFail().lean<Message>();

  return {
    desk,
    vk,
    community,
    channel: vk.vk.channel,
    uploads,
    async queue(text, { userId = anna, uploads: files = [] } = {}) {
      const written = await sendAgentAnswer(
        { messages, conversationStore, thread, wakeSender: () => undefined },
        await conversationWith(userId),
        agent,
        { clientToken: randomUUID(), text, uploads: files, replyToMessageId: null },
      );
      if (written.kind !== 'written') throw new Error('The answer was not queued');
      return written.message;
    },
    tryAgain: (message) =>
      retryAnswer({ messages, conversationStore, thread, wakeSender: () => undefined }, message),
    start(timing = {}, channel = vk.vk.channel, alsoKnown) {
      const sender = startAnswerSender({
        messages,
        conversationStore,
        thread,
        uploads,
        channelFor: () => channel,
        communityOf: async (id) => {
          const stored = await communities.findById(id).lean<Community>();
          if (alsoKnown?.id === id.toHexString()) return alsoKnown;
          return stored && toCommunityRef(stored);
        },
        processId: randomUUID(),
        logger: silent,
        timing: { ...quick, ...timing },
      });
      senders.push(sender);
      return sender;
    },
    async leave(message, update) {
      await messages.updateOne({ _id: message._id }, update);
    },
    async echoes(message, externalId) {
      const fact = { externalId, position: Number(externalId), source: 'event' } as const;
      await recordSent({ messages, conversationStore, thread }, message, fact);
    },
    read,
    conversation: (userId = anna) => conversationWith(userId),
    becomes: (message, status, timeoutMs = 10_000) =>
      until(
        `"${message.text}" to be ${status}`,
        async () => {
          const now = await read(message);
          return now.status === status ? now : null;
        },
        { timeoutMs },
      ),
    onPhone: (userId = anna) =>
      desk.sandbox.control
        .snapshot({ groupId, userId })
        .messages.filter(({ out }) => out === 1)
        .map(({ text }) => text),
    async [Symbol.asyncDispose]() {
      for (const sender of senders) await sender.stop();
      await desk[Symbol.asyncDispose]();
    },
  };
}
