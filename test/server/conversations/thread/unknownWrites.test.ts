/** A write of a conversation whose outcome is unknown: it is there once, and the screens hear of it. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientModel } from '../../../../server/clients/client.model.ts';
import { type Conversation, conversationModel } from '../../../../server/conversations/conversation.model.ts';
import { createIntake } from '../../../../server/conversations/intake/ingest.ts';
import type { NetworkMessage } from '../../../../server/conversations/intake/networkEvent.ts';
import { openConversation } from '../../../../server/conversations/intake/openConversation.ts';
import { createConversationStore } from '../../../../server/conversations/list/conversationStore.ts';
import { messageModel } from '../../../../server/conversations/message.model.ts';
import { addNote, retryAnswer, sendAgentAnswer } from '../../../../server/conversations/outbox/answers.ts';
import { recordSent } from '../../../../server/conversations/outbox/recordSent.ts';
import { ratingModels } from '../../../../server/conversations/rating/rating.model.ts';
import { assign, setLabels } from '../../../../server/conversations/thread/actions.ts';
import { readMarkModel } from '../../../../server/conversations/thread/readMark.model.ts';
import { markReadUpTo, marksIn } from '../../../../server/conversations/thread/readMarks.ts';
import { createThread } from '../../../../server/conversations/thread/thread.ts';
import type { ConversationChanged } from '../../../../shared/events.ts';
import { failEachWrite } from '../../../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../../../support/faultyStore.ts';
import { noServiceThreading } from '../../../support/noServiceThreading.ts';

const companyId = new Types.ObjectId();
const community = { id: new Types.ObjectId().toHexString(), network: 'vk' as const, externalId: '1' };
const actor = { id: new Types.ObjectId().toHexString(), name: 'Анна' };
let store: FaultyStore;
let deps: ReturnType<typeof createDeps>;
const published: ConversationChanged[] = [];
let peer = 2000;

function createDeps() {
  const { connection } = store;
  const clients = clientModel(connection);
  const conversations = conversationModel(connection);
  const messages = messageModel(connection);
  const conversationStore = createConversationStore(conversations, messages, (change) => {
    if (change.type === 'conversation.changed') published.push(change);
  });
  const thread = createThread(messages, conversationStore);
  const intake = createIntake({
    companyId,
    clients,
    conversations,
    messages,
    conversationStore,
    thread,
    ...ratingModels(connection),
    serviceThreading: noServiceThreading,
    showTyping: () => undefined,
    clientSeen: () => undefined,
  });
  const readMarks = readMarkModel(connection);
  return { companyId, clients, conversations, messages, readMarks, conversationStore, thread, intake };
}

beforeAll(async () => {
  store = await openFaultyStore();
  deps = createDeps();
  await store.build([deps.clients, deps.conversations, deps.messages, deps.readMarks] as never);
});
afterAll(() => store?.[Symbol.asyncDispose]());

function message(position: number): NetworkMessage {
  return {
    peerId: String(peer),
    externalId: String(position),
    position,
    direction: 'in',
    randomId: null,
    authorExternalId: String(peer),
    isFromAdministrator: false,
    text: `№ ${position}`,
    attachments: [],
    replyTo: null,
    forwarded: [],
    sentAt: new Date(),
    editedAt: null,
    isBackfilled: false,
  };
}

/** A conversation with one reply. */
async function begin(): Promise<Conversation> {
  peer += 1;
  await deps.intake.ingest(community, { type: 'message', message: message(1) });
  published.length = 0;
  return openConversation(deps, community, String(peer), new Date());
}

/** Past the proxy. */
async function stored(conversation: Pick<Conversation, '_id'>) {
  const row = await conversationModel(store.direct).findById(conversation._id).orFail().lean();
  const thread = await messageModel(store.direct).find({ conversationId: row._id }).sort({ seq: 1 }).lean();
  return { row, thread };
}

/** No hole and no double place; and every screen knows the newest revision and the newest message. */
async function expectWhole(conversation: Pick<Conversation, '_id'>, length: number): Promise<void> {
  const { row, thread } = await stored(conversation);
  expect(thread.map(({ seq }) => seq)).toEqual(Array.from({ length }, (_, at) => at + 1));
  expect(row.lastSeq).toBe(length);
  const last = published.at(-1);
  expect(last?.row.revision).toBe(row.revision);
  if (length > 1)
    expect(published.flatMap(({ messages }) => messages.map(({ id }) => id))).toContain(
      thread.at(-1)?._id.toHexString(),
    );
}

const token = () => new Types.ObjectId().toHexString();

describe('is there once, and every screen hears of it:', () => {
  it('the first reply of a client', async () => {
    await failEachWrite(store.proxy, {
      begin() {
        peer += 1;
        published.length = 0;
      },
      work: () => deps.intake.ingest(community, { type: 'message', message: message(1) }),
      async check() {
        const conversation = await openConversation(deps, community, String(peer), new Date());
        await expectWhole(conversation, 1);
        expect(await deps.clients.countDocuments({ 'bonds.externalUserId': String(peer) })).toBe(1);
      },
    });
  });

  it('a later reply', async () => {
    await failEachWrite(store.proxy, {
      begin,
      work: () => deps.intake.ingest(community, { type: 'message', message: message(2) }),
      check: (conversation) => expectWhole(conversation, 2),
    });
  });

  it('an answer', async () => {
    await failEachWrite(store.proxy, {
      begin: async () => ({ conversation: await begin(), clientToken: token() }),
      work: ({ conversation, clientToken }) =>
        sendAgentAnswer({ ...deps, wakeSender: () => undefined }, conversation, actor, {
          clientToken,
          text: 'Да',
          uploads: [],
          replyToMessageId: null,
        }),
      async check({ conversation }, written) {
        expect(written.kind).toBe('written');
        await expectWhole(conversation, 2);
      },
    });
  });

  it('a note', async () => {
    await failEachWrite(store.proxy, {
      begin: async () => ({ conversation: await begin(), clientToken: token() }),
      work: ({ conversation, clientToken }) => addNote(deps, conversation, actor, { clientToken, text: 'Н' }),
      check: ({ conversation }) => expectWhole(conversation, 2),
    });
  });

  it('who is responsible, with its line', async () => {
    await failEachWrite(store.proxy, {
      begin,
      work: (conversation) =>
        assign(deps, conversation, actor, { id: new Types.ObjectId(actor.id), name: actor.name }),
      async check(conversation) {
        await expectWhole(conversation, 2);
        expect((await stored(conversation)).row.assigneeId).toEqual(new Types.ObjectId(actor.id));
      },
    });
  });

  it('labels, and how far it was read', async () => {
    await failEachWrite(store.proxy, {
      begin,
      async work(conversation) {
        await setLabels(deps, conversation, actor, ['возврат']);
        await markReadUpTo(deps, actor.id, conversation, 1);
        return conversation;
      },
      async check(conversation) {
        await expectWhole(conversation, 2);
        expect((await stored(conversation)).row).toMatchObject({ labels: ['возврат'] });
        expect(await marksIn(deps.readMarks, actor.id, [conversation])).toEqual([
          { conversationId: conversation._id.toHexString(), readReplyCount: 1 },
        ]);
      },
    });
  });

  it('that the network has an answer', async () => {
    await failEachWrite(store.proxy, {
      async begin() {
        const conversation = await begin();
        const written = await sendAgentAnswer({ ...deps, wakeSender: () => undefined }, conversation, actor, {
          clientToken: token(),
          text: 'Да',
          uploads: [],
          replyToMessageId: null,
        });
        if (written.kind !== 'written') throw new Error(written.kind);
        return written.message;
      },
      work: (answer) => recordSent(deps, answer, { externalId: '77', position: 2, source: 'send' }),
      async check(answer) {
        await expectWhole({ _id: answer.conversationId }, 2);
        const { row, thread } = await stored({ _id: answer.conversationId });
        expect(thread.at(-1)).toMatchObject({ status: 'sent', externalId: '77' });
        expect(row).toMatchObject({ tailPosition: 2, lastMessage: { status: 'sent' } });
      },
    });
  });

  it('that the network has an answer whose echo came first', async () => {
    await failEachWrite(store.proxy, {
      async begin() {
        const conversation = await begin();
        const draft = { clientToken: token(), text: 'Да', uploads: [], replyToMessageId: null };
        const answers = { ...deps, wakeSender: () => undefined };
        const written = await sendAgentAnswer(answers, conversation, actor, draft);
        if (written.kind !== 'written') throw new Error(written.kind);
        const echo = { ...message(2), externalId: '77', direction: 'out' as const, text: 'Да' };
        await deps.intake.ingest(community, { type: 'message', message: echo });
        published.length = 0;
        return written.message;
      },
      work: (answer) => recordSent(deps, answer, { externalId: '77', position: 2, source: 'send' }),
      async check(answer) {
        const { thread } = await stored({ _id: answer.conversationId });
        const [, own, echo] = thread;
        expect(thread).toHaveLength(3);
        expect(own!.statusHistory.map(({ status }) => status)).toEqual(['queued', 'sent']);
        expect(echo).toMatchObject({ externalId: '77:echo', deletedAt: expect.any(Date) });
        // A screen that missed the echo's end would show the answer twice.
        const shown = new Map(published.flatMap(({ messages }) => messages.map((each) => [each.id, each])));
        expect(shown.get(echo!._id.toHexString())).toMatchObject({ deletedAt: expect.any(String) });
        expect(shown.get(own!._id.toHexString())).toMatchObject({ status: 'sent' });
      },
    });
  });

  it('a failed answer that is to be sent again', async () => {
    const answers = { ...deps, wakeSender: () => undefined };
    await failEachWrite(store.proxy, {
      async begin() {
        const draft = { clientToken: token(), text: 'Да', uploads: [], replyToMessageId: null };
        const written = await sendAgentAnswer(answers, await begin(), actor, draft);
        if (written.kind !== 'written') throw new Error(written.kind);
        await messageModel(store.direct).updateOne(
          { _id: written.message._id },
          { $set: { status: 'failed' }, $unset: { outbox: 1 } },
        );
        return written.message;
      },
      work: (answer) => retryAnswer(answers, answer),
      async check(answer, queued) {
        // Null would tell the agent that it cannot be sent again.
        expect(queued).toMatchObject({ status: 'queued' });
        await expectWhole({ _id: answer.conversationId }, 2);
        const { thread } = await stored({ _id: answer.conversationId });
        expect(thread.at(-1)).toMatchObject({ status: 'queued', outbox: { attempts: 0 } });
      },
    });
  });
});

it('an answer whose random number is taken gets another one', async () => {
  const draws = [7, 7, 7, 8];
  const answers = { ...deps, wakeSender: () => undefined, drawRandomId: () => draws.shift() ?? 0 };
  const answer = async (text: string) => {
    const draft = { clientToken: token(), text, uploads: [], replyToMessageId: null };
    return sendAgentAnswer(answers, conversation, actor, draft);
  };
  const conversation = await begin();
  expect(await answer('первый')).toMatchObject({ message: { randomId: 7 } });
  expect(await answer('второй')).toMatchObject({ message: { randomId: 8 } });
  await expectWhole(conversation, 3);
});
