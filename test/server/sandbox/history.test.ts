import { expect, it } from 'vitest';
import { anna, boris, groupId, startFixture } from './sandboxFixture.ts';

async function withTen(): Promise<Awaited<ReturnType<typeof startFixture>>> {
  const fixture = await startFixture();
  for (let n = 1; n <= 10; n += 1)
    fixture.sandbox.control.clientSends({ groupId, userId: anna, text: `№${n}` });
  return fixture;
}

it('gives the history newest first, or in order with rev, from any message on', async () => {
  await using fixture = await withTen();
  const { api } = fixture.vk;
  const texts = async (params: object) => {
    const { items } = await api.messages.getHistory({ peer_id: anna, ...params });
    return items.map(({ text }) => text).join(' ');
  };
  expect(await texts({ count: 3 })).toBe('№10 №9 №8');
  expect(await texts({ count: 3, offset: 3 })).toBe('№7 №6 №5');
  expect(await texts({ count: 3, rev: 1 })).toBe('№1 №2 №3');
  expect(await texts({ count: 3, rev: 1, start_message_id: 5 })).toBe('№5 №6 №7');
  expect(await texts({ count: 3, start_message_id: 5 })).toBe('№5 №4 №3');
  expect(await texts({ count: 2, start_message_id: 5, offset: -2 })).toBe('№7 №6');
  expect(await texts({ count: 3, rev: 1, start_message_id: 11 })).toBe('');
});

it('counts every message and adds people and the conversation on request', async () => {
  await using fixture = await withTen();
  const history = await fixture.vk.api.messages.getHistory({
    peer_id: anna,
    extended: 1,
    fields: ['photo_200'],
    count: 1,
  });
  expect(history).toMatchObject({
    count: 10,
    items: [{ id: 10, conversation_message_id: 10, from_id: anna, out: 0 }],
    profiles: [{ id: anna, first_name: 'Анна', photo_200: `${fixture.sandbox.url}/avatars/${anna}.svg` }],
    groups: [{ id: groupId }],
    conversations: [{ peer: { id: anna, type: 'user' }, unread_count: 10, last_conversation_message_id: 10 }],
  });
});

it('lists dialogues newest first, and only unread or unanswered ones on request', async () => {
  await using fixture = await withTen();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends({ groupId, userId: boris, text: 'тоже' });
  const peers = async (filter: 'all' | 'unread' | 'unanswered') => {
    const { items } = await vk.api.messages.getConversations({ filter });
    return items.map(({ conversation }) => conversation.peer.id);
  };
  expect(await peers('all')).toEqual([boris, anna]);
  await vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'ответ' });
  expect(await peers('all')).toEqual([anna, boris]);
  expect(await peers('unanswered')).toEqual([boris]);
  await vk.api.messages.markAsRead({ peer_id: boris, mark_conversation_as_read: true });
  expect(await peers('unread')).toEqual([anna]);
  await vk.api.messages.markAsAnsweredConversation({ peer_id: boris });
  expect(await peers('unanswered')).toEqual([]);
});

it('numbers messages both across the community and within each dialogue', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends({ groupId, userId: anna, text: 'a' });
  sandbox.control.clientSends({ groupId, userId: boris, text: 'b' });
  await vk.api.messages.send({ peer_id: anna, random_id: 3, message: 'c' });
  const { items } = await vk.api.messages.getById({ message_ids: [1, 2, 3] });
  expect(
    items.map(({ id, peer_id, conversation_message_id, out }) => [id, peer_id, conversation_message_id, out]),
  ).toEqual([
    [1, anna, 1, 0],
    [2, boris, 1, 0],
    [3, anna, 2, 1],
  ]);
  const byCmid = await vk.api.messages.getByConversationMessageId({
    peer_id: anna,
    conversation_message_ids: [2, 9],
  });
  expect(byCmid).toMatchObject({ count: 1, items: [{ id: 3, random_id: 3 }] });
});

it('advances out_read when the client reads and in_read when the community does', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends({ groupId, userId: anna, text: 'вопрос' });
  await vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'ответ' });
  const conversation = async () =>
    (await vk.api.messages.getConversationsById({ peer_ids: [anna] })).items[0];
  expect(await conversation()).toMatchObject({ in_read: 0, out_read: 0, unread_count: 1 });
  sandbox.control.clientReads({ groupId, userId: anna });
  await vk.api.messages.markAsRead({ peer_id: anna, up_to_cmid: 1 });
  const after = await conversation();
  expect(after).toMatchObject({ in_read: 1, in_read_cmid: 1, out_read: 2, out_read_cmid: 2 });
  expect(after?.unread_count).toBeUndefined();
  expect(sandbox.control.clientReads({ groupId, userId: anna })).toEqual({ eventId: null });
});

it('returns people by id with the requested fields, and a deleted person as VK does', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.deleteUser({ userId: boris });
  expect(await vk.api.users.get({ user_ids: [anna, boris, 999], fields: ['sex'] })).toEqual([
    {
      id: anna,
      first_name: 'Анна',
      last_name: 'Смирнова',
      can_access_closed: true,
      is_closed: false,
      sex: 1,
    },
    { id: boris, first_name: 'DELETED', last_name: '', deactivated: 'deleted' },
  ]);
});

it('returns groups.getById as a list before 5.139 and as an object since then', async () => {
  await using fixture = await startFixture();
  const old = await fixture.client({ apiVersion: '5.131' }).api.groups.getById({});
  const now = await fixture.vk.api.groups.getById({});
  expect(old).toMatchObject([{ id: groupId }]);
  expect(now).toMatchObject({ groups: [{ id: groupId, name: 'Тестовая лавка' }] });
});

it('says whether the community may write to a client', async () => {
  await using fixture = await startFixture();
  const ask = async () =>
    fixture.vk.api.messages.isMessagesFromGroupAllowed({ group_id: groupId, user_id: anna });
  expect(await ask()).toEqual({ is_allowed: 0 });
  fixture.sandbox.control.clientSends({ groupId, userId: anna, text: 'можно' });
  expect(await ask()).toEqual({ is_allowed: 1 });
});
