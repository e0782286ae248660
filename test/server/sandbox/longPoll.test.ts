import { expect, it } from 'vitest';
import { anna, boris, groupId, openPoll, startFixture } from './sandboxFixture.ts';

it('delivers a message of a client to the real vk-io client by long poll', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  const seen = new Promise<{ text: string | undefined; senderId: number; id: number }>((resolve) => {
    vk.updates.on('message_new', (context) =>
      resolve({ text: context.text, senderId: context.senderId, id: context.conversationMessageId ?? 0 }),
    );
  });
  await vk.updates.startPolling();
  sandbox.control.clientSends({ groupId, userId: anna, text: 'Где мой заказ?' });
  expect(await seen).toEqual({ text: 'Где мой заказ?', senderId: anna, id: 1 });
  await vk.updates.stop();
});

it('answers at once when events are waiting, and with an empty list when the wait ends', async () => {
  await using fixture = await startFixture();
  const { poll } = await openPoll(fixture.vk);
  fixture.sandbox.control.clientSends({ groupId, userId: anna, text: 'раз' });
  fixture.sandbox.control.clientSends({ groupId, userId: boris, text: 'два' });
  const answer = await poll();
  expect(answer.updates?.map(({ type }) => type)).toEqual([
    'message_allow',
    'message_new',
    'message_allow',
    'message_new',
  ]);
  const { ts } = answer;
  expect(await poll(ts, 0)).toEqual({ ts, updates: [] });
});

it('repeats the events after an older ts, so that a crashed reader loses nothing', async () => {
  await using fixture = await startFixture();
  const { poll, ts } = await openPoll(fixture.vk);
  fixture.sandbox.control.clientSends({ groupId, userId: anna, text: 'один раз' });
  const first = await poll(ts);
  const second = await poll(ts);
  expect(second).toEqual(first);
});

it('answers failed 1 with the newest ts when the requested one is no longer kept', async () => {
  await using fixture = await startFixture();
  const { sandbox, vk } = fixture;
  sandbox.control.setSettings({ eventRetention: 5 });
  const { poll, ts } = await openPoll(vk);
  for (let n = 0; n < 300; n += 1) sandbox.control.clientTypes({ groupId, userId: anna });
  const answer = await poll(ts);
  expect(answer).toEqual({ failed: 1, ts: String(Number(ts) + 300) });
  sandbox.control.clientSends({ groupId, userId: anna, text: 'дальше' });
  expect((await poll()).updates?.at(-1)?.object.message.text).toBe('дальше');
});

it('answers failed 1 to a ts from the future and failed 2 to a key that it never issued', async () => {
  await using fixture = await startFixture();
  const { poll, ts } = await openPoll(fixture.vk);
  expect(await poll('999999')).toEqual({ failed: 1, ts });
  const url = `${fixture.sandbox.url}/lp/${groupId}?act=a_check&key=wrong&ts=${ts}&wait=1`;
  expect(await (await fetch(url)).json()).toEqual({ failed: 2 });
});

it('refuses a long poll server while long poll is off, and returns events once it is on', async () => {
  await using fixture = await startFixture();
  const { sandbox, vk } = fixture;
  await vk.api.groups.setLongPollSettings({ group_id: groupId, enabled: 0 });
  await expect(vk.api.groups.getLongPollServer({ group_id: groupId })).rejects.toMatchObject({ code: 100 });
  await vk.api.groups.setLongPollSettings({ group_id: groupId, enabled: 1, message_allow: 0 });
  const { poll } = await openPoll(vk);
  sandbox.control.clientSends({ groupId, userId: anna, text: 'слышно' });
  expect((await poll()).updates?.map(({ type }) => type)).toEqual(['message_new']);
});

it('sends the bare message to a community whose events have a version below 5.103', async () => {
  await using fixture = await startFixture();
  const { sandbox, vk } = fixture;
  await vk.api.groups.setLongPollSettings({ group_id: groupId, api_version: '5.95', message_allow: 0 });
  const { poll } = await openPoll(vk);
  sandbox.control.clientSends({ groupId, userId: anna, text: 'старая версия' });
  const update = (await poll()).updates?.[0];
  expect(update).toMatchObject({ v: '5.95', object: { text: 'старая версия' } });
});
