import { type Document, ObjectId } from 'mongodb';
import { Types } from 'mongoose';
import { expect, it } from 'vitest';
import { beingSent, ingestMessage } from '../../../../server/conversations/intake/ingestMessage.ts';
import type { NetworkMessage } from '../../../../server/conversations/intake/networkEvent.ts';
import { messageModel } from '../../../../server/conversations/message.model.ts';
import { blankDraft } from '../../../../server/conversations/thread/thread.ts';
import { noServiceThreading } from '../../../support/noServiceThreading.ts';
import { openTestStore } from '../../../support/store.ts';
import { openThreads } from '../thread/threadFixture.ts';

it('searches only the outbox of a conversation for our own answer, not the whole thread', async () => {
  await using store = await openTestStore();
  const messages = messageModel(store.connection);
  await store.build([messages] as never);
  const conversationId = new Types.ObjectId();
  const entry = (seq: number) => ({ _id: new ObjectId(), conversationId, seq, text: 'Да', status: 'sent' });
  const waiting = { ...entry(200), status: 'sending', outbox: { dueAt: new Date() } };
  await messages.collection.insertMany([
    ...Array.from({ length: 100 }, (_, seq) => entry(seq)),
    waiting,
  ] as Document[] as never);
  const { filter, sort, hint } = beingSent(conversationId, 'Да');
  const plan = await messages.collection
    .find(filter as Document)
    .sort(sort)
    .limit(1)
    .explain();
  expect(JSON.stringify(plan)).toContain('conversationId_1_outbox.dueAt_1');
  expect((plan.executionStats as Document).totalDocsExamined).toBe(1);
  expect(await messages.findOne(filter).sort(sort).hint(hint).lean()).toMatchObject({ _id: waiting._id });
});

it('does not take a sent message that the history shows again for the answer with the same text', async () => {
  await using threads = await openThreads();
  const deps = { ...threads.createDeps(), serviceThreading: noServiceThreading };
  const conversation = await threads.open(1);
  await deps.thread.append(conversation, { ...answer(), randomId: 1, status: 'sent', externalId: '11' });
  const outbox = { dueAt: new Date(), owner: 'one', attempts: 1 };
  await deps.thread.append(conversation, { ...answer(), randomId: 2, status: 'sending', outbox });
  const answers = async () =>
    (await threads.messagesOf(conversation)).slice(1).map(({ status, externalId }) => [status, externalId]);

  // The network leaves our number out.
  await ingestMessage(deps, await threads.read(conversation), outgoing(conversation.peerId, '11'));
  expect(await answers()).toEqual([
    ['sent', '11'],
    ['sending', undefined],
  ]);
  await ingestMessage(deps, await threads.read(conversation), outgoing(conversation.peerId, '12'));
  expect(await answers()).toEqual([
    ['sent', '11'],
    ['sent', '12'],
  ]);
});

it('recognises an answer by its number, whatever its text, and takes nothing else for it', async () => {
  await using threads = await openThreads();
  const deps = { ...threads.createDeps(), serviceThreading: noServiceThreading };
  const conversation = await threads.open(1);
  const outbox = { dueAt: new Date(), owner: 'one', attempts: 1 };
  for (const randomId of [1, 2])
    await deps.thread.append(conversation, { ...answer(), randomId, status: 'sending', outbox });
  for (const [externalId, randomId] of [
    ['21', '2'],
    // VK writes 0 for a message that somebody else sent.
    ['22', '0'],
    ['23', '3'],
  ] as const)
    await ingestMessage(deps, await threads.read(conversation), {
      ...outgoing(conversation.peerId, externalId),
      randomId,
    });
  const answers = (await threads.messagesOf(conversation)).slice(1);
  expect(answers.map(({ status, externalId, authorType }) => [status, externalId, authorType])).toEqual([
    ['sending', undefined, 'agent'],
    ['sent', '21', 'agent'],
    ['sent', '22', 'administrator'],
    ['sent', '23', 'administrator'],
  ]);
});

const answer = () =>
  ({
    ...blankDraft(new Date()),
    kind: 'answer',
    direction: 'out',
    authorType: 'agent',
    authorName: 'Анна',
    text: 'Да',
  }) as const;

function outgoing(peerId: string, externalId: string): NetworkMessage {
  return {
    peerId,
    externalId,
    position: null,
    direction: 'out',
    authorExternalId: '-1',
    isFromAdministrator: false,
    randomId: null,
    text: 'Да',
    attachments: [],
    replyTo: null,
    forwarded: [],
    sentAt: new Date(),
    editedAt: null,
    isBackfilled: true,
  };
}
