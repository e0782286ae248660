import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversationModel } from '../../../server/conversations/conversation.model.ts';
import { openConversation } from '../../../server/conversations/intake/openConversation.ts';
import { createConversationStore } from '../../../server/conversations/list/conversationStore.ts';
import { messageModel } from '../../../server/conversations/message.model.ts';
import { toMessageView } from '../../../server/conversations/thread/messageView.ts';
import { createThread } from '../../../server/conversations/thread/thread.ts';
import { createServiceEntries } from '../../../server/matching/serviceEntries.ts';
import type { ServiceMessage } from '../../../server/serviceMessages/serviceMessage.model.ts';
import { messageView } from '../../../shared/schemas/message.ts';
import { type SendingFixture, startSending } from '../serviceMessages/sendingFixture.ts';
import { steeredNetwork } from '../serviceMessages/steeredNetwork.ts';

let sending: SendingFixture;
let deps: ReturnType<typeof depsOf>;
beforeAll(async () => {
  sending = await startSending({ channels: steeredNetwork().channels });
  deps = depsOf(sending);
  await sending.store.build([deps.conversations, deps.messages] as never);
  await sending.approve('oneWayNews', { direction: 'oneWay' });
});
afterAll(async () => sending[Symbol.asyncDispose]());

function depsOf({ store, serviceMessages, clients, companyId }: SendingFixture) {
  const conversations = conversationModel(store.connection);
  const messages = messageModel(store.connection);
  const conversationStore = createConversationStore(conversations, messages, () => undefined);
  const thread = createThread(messages, conversationStore);
  const entries = createServiceEntries({ serviceMessages, messages, thread });
  return { companyId, clients, conversations, messages, conversationStore, thread, entries };
}

let peer = 2000;
const open = () => openConversation(deps, sending.vk, String(++peer), new Date());
let phone = 79990000100;
const send = (template = 'orderReady') => sending.sendOne({ template, phone: `+${++phone}`, route: ['vk'] });
const entriesOf = ({ _id }: ServiceMessage) => deps.messages.find({ serviceMessageId: _id }).lean();

describe('an entry of a service message', () => {
  it('shows the text, the template and its variables', async () => {
    const [conversation, message] = [await open(), await send()];
    const entry = await deps.entries.enter(conversation, message);
    const view = messageView.parse(toMessageView(entry!));
    expect(view).toMatchObject({ kind: 'service', seq: 1, text: 'Заказ № 7 готов' });
    expect(view.service).toMatchObject({
      templateName: 'orderReady',
      templateVersion: 1,
      variables: { order: '№ 7' },
      status: 'queued',
    });
    expect((await sending.read(message)).conversationId).toEqual(conversation._id);
  });

  it('is created once, even when several processes enter it at the same time', async () => {
    const [conversation, message] = [await open(), await send()];
    const made = await Promise.all([1, 2, 3].map(() => deps.entries.enter(conversation, message)));
    expect(new Set(made.map((entry) => entry!._id.toHexString())).size).toBe(1);
    expect(await entriesOf(message)).toHaveLength(1);
  });

  it('has the newest status, even when it is entered from an older copy of the message', async () => {
    const [conversation, message] = [await open(), await send()];
    await sending.serviceMessages.updateOne({ _id: message._id }, { status: 'sent', sequence: 7 });
    expect((await deps.entries.enter(conversation, message))?.service).toMatchObject({
      status: 'sent',
      sequence: 7,
    });
  });

  it('follows the status forward and never goes back', async () => {
    const [conversation, message] = [await open(), await send()];
    await deps.entries.enter(conversation, message);
    await deps.entries.copyStatus({ ...message, status: 'read', sequence: 9 });
    expect(await deps.entries.copyStatus({ ...message, status: 'delivered', sequence: 8 })).toBeNull();
    expect(await entriesOf(message)).toMatchObject([{ version: 1, service: { status: 'read' } }]);
  });

  it('is not created by a status change', async () => {
    const message = await send();
    expect(await deps.entries.copyStatus({ ...message, _id: new Types.ObjectId() })).toBeNull();
  });

  it('is not created for a one-way message (N2)', async () => {
    const [conversation, message] = [await open(), await send('oneWayNews')];
    expect(await deps.entries.enter(conversation, message)).toBeNull();
    expect(await entriesOf(message)).toEqual([]);
  });
});
