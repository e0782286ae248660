import { expect, it } from 'vitest';
import { queuedMessages } from '../../../server/app/storeStats.ts';
import { messageModel } from '../../../server/conversations/message.model.ts';
import { openTestStore } from '../../support/store.ts';

it('counts waiting messages without scanning the others', async () => {
  await using store = await openTestStore();
  const messages = messageModel(store.connection);
  await store.build([messages] as never);
  const plan = await messages.collection.find(queuedMessages).explain();
  expect(JSON.stringify(plan)).toContain('outbox.dueAt_1');
  expect(JSON.stringify(plan)).not.toContain('COLLSCAN');
});
