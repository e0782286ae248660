import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { clientModel } from '../../../../server/clients/client.model.ts';
import { conversationModel } from '../../../../server/conversations/conversation.model.ts';
import { createIntake } from '../../../../server/conversations/intake/ingest.ts';
import type { Intake, NetworkMessage } from '../../../../server/conversations/intake/networkEvent.ts';
import { createConversationStore } from '../../../../server/conversations/list/conversationStore.ts';
import { type Message, messageModel } from '../../../../server/conversations/message.model.ts';
import { ratingModels } from '../../../../server/conversations/rating/rating.model.ts';
import { createThread } from '../../../../server/conversations/thread/thread.ts';
import { noServiceThreading } from '../../../support/noServiceThreading.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

const community = { id: '0123456789abcdef01234568', network: 'vk' as const, externalId: '1' };
let store: TestStore;
let intake: Intake;
let peer = 3000;
beforeAll(async () => {
  store = await openTestStore();
  const [conversations, clients, messages] = [conversationModel, clientModel, messageModel].map((model) =>
    model(store.connection),
  ) as unknown as [
    ReturnType<typeof conversationModel>,
    ReturnType<typeof clientModel>,
    ReturnType<typeof messageModel>,
  ];
  await store.build([conversations, clients, messages] as never);
  const conversationStore = createConversationStore(conversations, messages, () => {});
  intake = createIntake({
    ...ratingModels(store.connection),
    serviceThreading: noServiceThreading,
    companyId: new Types.ObjectId('0123456789abcdef01234567'),
    conversations,
    clients,
    messages,
    conversationStore,
    thread: createThread(messages, conversationStore),
    showTyping: () => {},
    clientSeen: () => {},
  });
});
afterAll(async () => store?.[Symbol.asyncDispose]());
beforeEach(async () => {
  peer += 1;
  await intake.ingest(community, { type: 'message', message: networkMessage('первое', null) });
});

function networkMessage(text: string, editedAt: string | null): NetworkMessage {
  return {
    peerId: String(peer),
    externalId: '1',
    position: 1,
    direction: 'in',
    authorExternalId: String(peer),
    isFromAdministrator: false,
    randomId: null,
    text,
    attachments: [],
    replyTo: null,
    forwarded: [],
    sentAt: new Date('2026-01-01T10:00:00Z'),
    editedAt: editedAt === null ? null : new Date(`2026-01-01T${editedAt}Z`),
    isBackfilled: false,
  };
}

const edit = async (text: string, at: string) => {
  const result = await intake.ingest(community, { type: 'messageEdited', message: networkMessage(text, at) });
  return result.kind === 'stored' && result.isNew;
};
const stored = () =>
  messageModel(store.connection)
    .findOne({ peerId: String(peer) })
    .lean<Message>();

it('shows the second of two edits within one second', async () => {
  expect(await edit('второе', '10:05:00')).toBe(true);
  expect(await edit('третье', '10:05:00')).toBe(true);
  expect(await stored()).toMatchObject({ text: 'третье', version: 2 });
});

it('keeps the second edit when the network repeats the first one late', async () => {
  await edit('второе', '10:05:00');
  await edit('третье', '10:05:00');
  expect(await edit('второе', '10:05:00')).toBe(false);
  expect(await edit('третье', '10:05:00')).toBe(false);
  expect((await stored())?.text).toBe('третье');
});

it('keeps a newer edit when an older one arrives after it', async () => {
  await edit('третье', '10:06:00');
  expect(await edit('второе', '10:05:00')).toBe(false);
  expect((await stored())?.text).toBe('третье');
});

it('accepts an edit back to an earlier text in another second', async () => {
  await edit('второе', '10:05:00');
  await edit('первое', '10:05:01');
  expect((await stored())?.text).toBe('первое');
});

it('counts each edit of one second once when all of them arrive together', async () => {
  await Promise.all(['а', 'б', 'в', 'а', 'б', 'в'].map((text) => edit(text, '10:05:00')));
  const message = await stored();
  expect(message?.version).toBe(3);
  expect(message?.editsSeen).toHaveLength(3);
});
