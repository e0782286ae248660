import { describe, expect, it } from 'vitest';
import { APIError, Keyboard } from 'vk-io';
import { anna, boris, groupId, openPoll, startFixture } from './sandboxFixture.ts';

const greet = { groupId, userId: anna, text: 'Здравствуйте' };

async function errorCode(call: Promise<unknown>): Promise<string | number | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => (error instanceof APIError ? error.code : String(error)),
  );
}

it('answers with a number for peer_id and with a list for peer_ids', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends(greet);
  const one = await vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'Да' });
  expect(one).toBe(2);
  const many = await vk.api.messages.send({ peer_ids: [anna, boris], random_id: 2, message: 'Всем' });
  expect(many).toEqual([
    { peer_id: anna, message_id: 3, conversation_message_id: 3 },
    {
      peer_id: boris,
      message_id: 0,
      conversation_message_id: 0,
      error: { code: 901, description: "Can't send messages for users without permission" },
    },
  ]);
});

it('makes one message of a repeated random_id, per dialogue', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends(greet);
  sandbox.control.clientSends({ ...greet, userId: boris });
  const first = await vk.api.messages.send({ peer_id: anna, random_id: 42, message: 'Раз' });
  const again = await vk.api.messages.send({ peer_id: anna, random_id: 42, message: 'Раз' });
  const other = await vk.api.messages.send({ peer_id: boris, random_id: 42, message: 'Раз' });
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  const unchecked = await vk.api.messages.send({ peer_id: anna, random_id: 0, message: 'Ноль' });
  expect(await vk.api.messages.send({ peer_id: anna, random_id: 0, message: 'Ноль' })).not.toBe(unchecked);
});

it('reports an outgoing message by message_reply with its random_id and cmid', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends(greet);
  const { poll } = await openPoll(vk);
  const id = await vk.api.messages.send({ peer_id: anna, random_id: 9, message: 'Ответ' });
  const [event] = (await poll()).updates ?? [];
  expect(event).toMatchObject({
    type: 'message_reply',
    object: {
      id,
      out: 1,
      random_id: 9,
      from_id: -groupId,
      peer_id: anna,
      conversation_message_id: 2,
      text: 'Ответ',
    },
  });
});

it('refuses recipients who may not be written to: 901, 900 and 18', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  const send = () => errorCode(vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'Эй' }));
  expect(await send()).toBe(901);
  sandbox.control.clientAllows({ groupId, userId: anna });
  sandbox.control.blacklistUser({ groupId, userId: anna });
  expect(await send()).toBe(900);
  sandbox.control.blacklistUser({ groupId, userId: anna, blacklisted: false });
  sandbox.control.clientDenies({ groupId, userId: anna });
  expect(await send()).toBe(901);
  sandbox.control.deleteUser({ userId: anna });
  expect(await send()).toBe(18);
});

it('refuses an empty message, a too long one, and one without random_id', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends(greet);
  const send = (params: object) =>
    errorCode(vk.api.messages.send({ peer_id: anna, random_id: 5, ...params }));
  expect(await send({ message: '' })).toBe(100);
  expect(await send({ message: 'ы'.repeat(4097) })).toBe(914);
  expect(await send({ message: 'ы'.repeat(4096) })).toBeUndefined();
  expect(await send({ message: 'a', random_id: undefined })).toBe(100);
  expect(await send({ message: 'a', random_id: 6, attachment: 'photo-77_1' })).toBe(100);
});

describe('keyboards', () => {
  it('keeps the ordinary keyboard on the conversation and the inline one on the message', async () => {
    await using fixture = await startFixture();
    const { vk, sandbox } = fixture;
    sandbox.control.clientSends(greet);
    const ordinary = Keyboard.keyboard([
      Keyboard.textButton({ label: 'Где заказ?', payload: { ask: 1 }, color: 'secondary' }),
    ]);
    await vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'Меню', keyboard: ordinary });
    const inline = Keyboard.keyboard([
      Keyboard.callbackButton({ label: 'Ещё', payload: { more: 1 } }),
    ]).inline();
    await vk.api.messages.send({ peer_id: anna, random_id: 2, message: 'Кнопка', keyboard: inline });
    const { items } = await vk.api.messages.getConversationsById({ peer_ids: [anna] });
    expect(items[0]?.current_keyboard.buttons[0][0]).toEqual({
      action: { type: 'text', label: 'Где заказ?', payload: '{"ask":1}' },
      color: 'default',
    });
    const snapshot = sandbox.control.snapshot({ groupId, userId: anna });
    expect(snapshot.messages.map((message) => message.keyboard?.buttons.length)).toEqual([
      undefined,
      undefined,
      1,
    ]);
  });

  it('turns a text button into a message with its payload, and a callback button into an event with an answer', async () => {
    await using fixture = await startFixture();
    const { vk, sandbox } = fixture;
    sandbox.control.clientSends(greet);
    const inline = Keyboard.keyboard([
      [Keyboard.textButton({ label: 'Да', payload: { yes: true } })],
      [Keyboard.callbackButton({ label: 'Баланс', payload: { balance: true } })],
    ]).inline();
    await vk.api.messages.send({ peer_id: anna, random_id: 2, message: 'Выберите', keyboard: inline });
    const { poll } = await openPoll(vk);
    sandbox.control.clientPressesButton({ groupId, userId: anna, cmid: 2, row: 0, column: 0 });
    sandbox.control.clientPressesButton({ groupId, userId: anna, cmid: 2, payload: '{"balance":true}' });
    const [text, callback] = (await poll()).updates ?? [];
    expect(text?.object.message).toMatchObject({ text: 'Да', payload: '{"yes":true}' });
    expect(callback).toMatchObject({
      type: 'message_event',
      object: { user_id: anna, peer_id: anna, payload: { balance: true }, conversation_message_id: 2 },
    });
    const eventData = JSON.stringify({ type: 'show_snackbar', text: '100 ₽' });
    const answer = {
      event_id: callback?.object.event_id,
      user_id: anna,
      peer_id: anna,
      event_data: eventData,
    };
    expect(await vk.api.messages.sendMessageEventAnswer(answer)).toBe(1);
    expect(sandbox.control.snapshot({ groupId, userId: anna }).eventAnswer?.data).toMatchObject({
      text: '100 ₽',
    });
    expect(await errorCode(vk.api.messages.sendMessageEventAnswer(answer))).toBe(100);
  });

  it.each([
    ['not JSON', 'nope'],
    ['too long a label', { buttons: [[{ action: { type: 'text', label: 'ы'.repeat(41) } }]] }],
    [
      'too long a payload',
      { buttons: [[{ action: { type: 'text', label: 'a', payload: `"${'x'.repeat(260)}"` } }]] },
    ],
    [
      'six in a row',
      { buttons: [Array.from({ length: 6 }, () => ({ action: { type: 'text', label: 'a' } }))] },
    ],
    [
      'seven inline rows',
      { inline: true, buttons: Array.from({ length: 7 }, () => [{ action: { type: 'text', label: 'a' } }]) },
    ],
    ['an unknown colour', { buttons: [[{ action: { type: 'text', label: 'a' }, color: 'blue' }]] }],
    ['a payload that is not JSON', { buttons: [[{ action: { type: 'text', label: 'a', payload: '{' } }]] }],
    [
      'one_time with inline',
      { one_time: true, inline: true, buttons: [[{ action: { type: 'text', label: 'a' } }]] },
    ],
  ])('refuses %s with 911', async (_name, keyboard) => {
    await using fixture = await startFixture();
    fixture.sandbox.control.clientSends(greet);
    const given = typeof keyboard === 'string' ? keyboard : JSON.stringify(keyboard);
    const call = fixture.vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'a', keyboard: given });
    expect(await errorCode(call)).toBe(911);
  });
});

it('sends a reply by forward with is_reply, and forwards without it', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends(greet);
  const forward = { peer_id: anna, conversation_message_ids: [1] };
  await vk.api.messages.send({
    peer_id: anna,
    random_id: 1,
    message: 'В ответ',
    forward: JSON.stringify({ ...forward, is_reply: true }),
  });
  await vk.api.messages.send({
    peer_id: anna,
    random_id: 2,
    message: 'Вот',
    forward: JSON.stringify(forward),
  });
  const [, reply, forwarded] = sandbox.control.snapshot({ groupId, userId: anna }).messages;
  expect(reply?.reply_message).toMatchObject({ conversation_message_id: 1, text: greet.text, from_id: anna });
  expect(forwarded?.fwd_messages).toMatchObject([{ conversation_message_id: 1, text: greet.text }]);
  const missing = JSON.stringify({ peer_id: anna, conversation_message_ids: [99], is_reply: true });
  expect(
    await errorCode(vk.api.messages.send({ peer_id: anna, random_id: 3, message: 'а', forward: missing })),
  ).toBe(921);
});

it('edits and deletes its own message, and sends an event about the edit only', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends(greet);
  const id = Number(await vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'Опичатка' }));
  const { poll } = await openPoll(vk);
  await vk.api.messages.edit({ peer_id: anna, message_id: id, message: 'Опечатка' });
  const deleted = await vk.api.messages.delete({ peer_id: anna, cmids: [2], delete_for_all: true });
  expect(deleted).toEqual([{ peer_id: anna, message_id: id, conversation_message_id: 2, response: 1 }]);
  sandbox.control.clientTypes({ groupId, userId: anna });
  const updates = (await poll()).updates ?? [];
  expect(updates.map(({ type }) => type)).toEqual(['message_edit', 'message_typing_state']);
  expect(updates[0]?.object).toMatchObject({ text: 'Опечатка', update_time: expect.any(Number) });
  expect((await vk.api.messages.getHistory({ peer_id: anna })).items).toHaveLength(1);
  expect(await errorCode(vk.api.messages.edit({ peer_id: anna, cmid: 1, message: 'чужое' }))).toBe(920);
});

it('shows the client that the community is typing, until its message comes', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends(greet);
  await vk.api.messages.setActivity({ peer_id: anna, type: 'typing' });
  expect(sandbox.control.snapshot({ groupId, userId: anna }).activity).toMatchObject({ type: 'typing' });
  await vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'Готово' });
  expect(sandbox.control.snapshot({ groupId, userId: anna }).activity).toBeNull();
});

it('sets and removes a reaction, from both sides', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends(greet);
  const { poll } = await openPoll(vk);
  await vk.api.messages.sendReaction({ peer_id: anna, cmid: 1, reaction_id: 3 });
  sandbox.control.clientReacts({ groupId, userId: anna, cmid: 1, reactionId: 3 });
  const { items } = await vk.api.messages.getById({ peer_id: anna, cmids: [1] });
  expect(items[0]).toMatchObject({
    reaction_id: 3,
    reactions: [{ reaction_id: 3, count: 2, user_ids: expect.arrayContaining([anna, -groupId]) }],
  });
  await vk.api.messages.deleteReaction({ peer_id: anna, cmid: 1 });
  const objects = ((await poll()).updates ?? []).map(({ object }) => object);
  expect(objects).toEqual([
    { reacted_id: -groupId, peer_id: anna, cmid: 1, reaction_id: 3 },
    { reacted_id: anna, peer_id: anna, cmid: 1, reaction_id: 3 },
    { reacted_id: -groupId, peer_id: anna, cmid: 1 },
  ]);
});

it('returns each outgoing message to a waiting test once', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends(greet);
  const later = sandbox.control.nextMessageTo(anna, ({ text }) => text === 'два');
  await vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'раз' });
  await vk.api.messages.send({ peer_id: anna, random_id: 2, message: 'два' });
  expect((await later).conversation_message_id).toBe(3);
  expect((await sandbox.control.nextMessageTo(anna)).text).toBe('раз');
  await expect(sandbox.control.nextMessageTo(anna, undefined, 20)).rejects.toThrow('No message to 501');
});
