/** Each write of a sender of answers fails once: the client gets the answer once, and screens say so. */
import { randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientModel } from '../../../../server/clients/client.model.ts';
import { conversationModel } from '../../../../server/conversations/conversation.model.ts';
import { openConversation } from '../../../../server/conversations/intake/openConversation.ts';
import { createConversationStore } from '../../../../server/conversations/list/conversationStore.ts';
import { type Message, messageModel } from '../../../../server/conversations/message.model.ts';
import { startAnswerSender } from '../../../../server/conversations/outbox/answerSender.ts';
import { sendAgentAnswer } from '../../../../server/conversations/outbox/answers.ts';
import type { Channel } from '../../../../server/conversations/outbox/channel.ts';
import { createThread } from '../../../../server/conversations/thread/thread.ts';
import { createUploadStore } from '../../../../server/uploads/uploadStore.ts';
import { failEachWriteOfLoop } from '../../../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../../../support/faultyStore.ts';
import { silent } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';

const companyId = new Types.ObjectId();
const community = { id: new Types.ObjectId().toHexString(), network: 'vk' as const, externalId: '1' };
const actor = { id: new Types.ObjectId().toHexString(), name: 'Анна' };
let store: FaultyStore;
let deps: ReturnType<typeof createDeps>;
let peer = 3000;

function createDeps() {
  const { connection } = store;
  const [clients, conversations] = [clientModel(connection), conversationModel(connection)];
  const messages = messageModel(connection);
  const conversationStore = createConversationStore(conversations, messages, () => undefined);
  return {
    companyId,
    clients,
    conversations,
    messages,
    conversationStore,
    thread: createThread(messages, conversationStore),
  };
}

beforeAll(async () => {
  store = await openFaultyStore();
  deps = createDeps();
  await store.build([deps.clients, deps.conversations, deps.messages] as never);
});
afterAll(() => store?.[Symbol.asyncDispose]());

/** A network that keeps what it got, by the message's number: a second call with one number is another message here. */
function keepingNetwork() {
  const kept: { randomId: number; text: string; externalId: string; position: number }[] = [];
  const channel: Pick<Channel, 'send' | 'findSent'> = {
    async send(_, { randomId, text }) {
      const position = kept.length + 1;
      kept.push({ randomId, text, externalId: String(position), position });
      return { kind: 'sent', externalId: String(position), position };
    },
    async findSent(_, { randomId }) {
      const found = kept.find((each) => each.randomId === randomId);
      return found ? { kind: 'found', ...found } : { kind: 'absent' };
    },
  };
  return { kept, channel: channel as Channel };
}

async function queue(): Promise<Message> {
  const written = await sendAgentAnswer(
    { ...deps, wakeSender: () => undefined },
    await openConversation(deps, community, String(++peer), new Date()),
    actor,
    { clientToken: randomUUID(), text: 'Готово', uploads: [], replyToMessageId: null },
  );
  if (written.kind !== 'written') throw new Error('The answer was not queued');
  return written.message;
}

it('claims, sends and records an answer, once', async () => {
  await failEachWriteOfLoop(store.proxy, {
    begin: async () => ({ ...keepingNetwork(), answer: await queue() }),
    async work({ channel, answer }) {
      const sender = startAnswerSender({
        ...deps,
        uploads: createUploadStore(store.connection),
        channelFor: () => channel,
        communityOf: async () => community,
        processId: randomUUID(),
        logger: silent,
        timing: { leaseMs: 400, pollMs: 400, giveUpMs: 60_000, giveUpAttempts: 20 },
      });
      try {
        await until('the answer to be sent', async () => {
          const { status, outbox } = await messageModel(store.direct).findById(answer._id).orFail().lean();
          return status === 'sent' && !outbox;
        });
      } finally {
        await sender.stop();
      }
    },
    async check({ kept, answer }) {
      expect(kept.map(({ text }) => text)).toEqual(['Готово']);
      const { conversationId } = answer;
      const thread = await messageModel(store.direct).find({ conversationId }).lean();
      expect(thread.map(({ externalId }) => externalId)).toEqual(['1']);
      const row = await deps.conversationStore.rollForward(conversationId);
      expect(row.lastMessage?.status).toBe('sent');
    },
  });
});
