import { type Document, ObjectId } from 'mongodb';
import { Types } from 'mongoose';
import { expect, it } from 'vitest';
import { beingSent } from '../../../../server/conversations/intake/ingestMessage.ts';
import { messageModel } from '../../../../server/conversations/message.model.ts';
import { openTestStore } from '../../../support/store.ts';

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
