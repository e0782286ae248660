import { Types } from 'mongoose';
import { expect, it } from 'vitest';
import { createStoreStats, failingEffects, queuedMessages } from '../../../server/app/storeStats.ts';
import { communityModel } from '../../../server/communities/community.model.ts';
import { messageModel } from '../../../server/conversations/message.model.ts';
import { deadLetterModel } from '../../../server/deadLetters/deadLetter.model.ts';
import { createMetrics } from '../../../server/observability/metrics.ts';
import { searchStateModels } from '../../../server/search/searchState.model.ts';
import { openTransitionsModel } from '../../../server/serviceMessages/statuses/openTransitions.model.ts';
import { createStatusEffects } from '../../../server/serviceMessages/statuses/statusEffects.ts';
import { openTestStore, silent } from '../../support/store.ts';
import { startSending } from '../serviceMessages/sendingFixture.ts';

it('counts waiting messages without scanning the others', async () => {
  await using store = await openTestStore();
  const messages = messageModel(store.connection);
  await store.build([messages] as never);
  const plan = await messages.collection.find(queuedMessages).explain();
  expect(JSON.stringify(plan)).toContain('outbox.dueAt_1');
  expect(JSON.stringify(plan)).not.toContain('COLLSCAN');
});

it('counts status effects that keep failing, by an index of their own', async () => {
  await using store = await openTestStore();
  const sending = await startSending({ channels: { forCommunity: async () => null }, store });
  const { connection } = store;
  const openTransitions = openTransitionsModel(connection);
  const message = await sending.sendOne();
  const changeId = new Types.ObjectId();
  await sending.serviceMessages.updateOne(
    { _id: message._id },
    { $push: { history: { status: 'sent', at: new Date(), sequence: 1, changeId } } },
    { strict: false },
  );
  await sending.statusEffects.open(changeId, [message._id]);
  const failing = createStatusEffects({
    ...sending.effectDeps,
    listeners: [() => Promise.reject(new Error('no thread'))],
  });
  const metrics = createMetrics({ withProcess: false });
  const shown = async () => {
    const refresh = createStoreStats({
      companyId: sending.companyId,
      metrics,
      messages: messageModel(connection),
      communities: communityModel(connection),
      deadLetters: deadLetterModel(connection),
      openTransitions,
      searchStates: searchStateModels(connection).searchStates,
      logger: silent,
    });
    await refresh();
    return /^desk_status_effects_failing (\d+)/m.exec(await metrics.registry.metrics())?.[1];
  };
  for (const expected of ['0', '0', '1']) {
    await openTransitions.updateMany({}, { $set: { dueAt: new Date(Date.now() - 1_000) } });
    await failing.sweep();
    expect(await shown()).toBe(expected);
  }
  const plan = JSON.stringify(await openTransitions.collection.find(failingEffects).explain());
  expect(plan).toContain('failures_1');
  expect(plan).not.toContain('COLLSCAN');
  await openTransitions.updateMany({}, { $set: { dueAt: new Date(Date.now() - 1_000) } });
  await sending.statusEffects.sweep();
  expect(await shown()).toBe('0');
});
