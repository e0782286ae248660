import { describe, expect, it } from 'vitest';
import { okGroupId, vera } from '../gateway/gatewayFixture.ts';
import { chat, type Messages, startOk } from './okFixture.ts';

describe('a message of the client', () => {
  it('comes to the webhook with a seq over 2^53, with all its digits', async () => {
    await using ok = await startOk();
    const { mid, seq } = ok.sandbox.control.okClientSends({ ...chat, text: 'Здравствуйте' });
    const [call] = await ok.hook.until((received) => received.length === 1);
    expect(call!.body).toMatchObject({
      webhookType: 'MESSAGE_CREATED',
      sender: { user_id: 'user:9', name: 'Вера' },
      recipient: { chat_id: expect.stringMatching(/^chat:C/) },
      message: { text: 'Здравствуйте', mid },
    });
    expect(call!.text).toContain(`"seq":${seq}`);
    expect(BigInt(seq)).toBeGreaterThan(2n ** 53n);
    expect(String(call!.body.message.seq)).not.toBe(seq);
  });

  it('is sent again when the webhook does not answer 200', async () => {
    await using ok = await startOk();
    ok.hook.answerWith(500, 404);
    ok.sandbox.control.okClientSends({ ...chat, text: 'раз' });
    const calls = await ok.hook.until((received) => received.length === 3);
    expect(new Set(calls.map(({ text }) => text)).size).toBe(1);
    const counters = () => ok.sandbox.control.okCounters({ okGroupId });
    await ok.sandbox.control.waitUntil(() => counters().webhooksWaiting === 0);
    expect(counters()).toMatchObject({ eventsPublished: 1, webhooksDelivered: 1, webhooksFailed: 0 });
  });

  it('is sent again when the webhook does not answer in time', async () => {
    await using ok = await startOk();
    ok.sandbox.control.setSettings({ callbackTimeoutMs: 40 });
    ok.hook.hangOnce();
    ok.sandbox.control.okClientSends({ ...chat, text: 'раз' });
    expect(await ok.hook.until((received) => received.length === 2)).toHaveLength(2);
  });

  it('is lost, repeated or reordered under those faults, and stays in the history', async () => {
    await using ok = await startOk();
    const { control } = ok.sandbox;
    control.setFaults({ loseEvents: 1 });
    control.okClientSends({ ...chat, text: 'потеряно' });
    control.setFaults({ loseEvents: 0, repeatEvents: 2 });
    control.okClientSends({ ...chat, text: 'дважды' });
    await ok.hook.until((received) => received.length === 2);
    control.setFaults({ repeatEvents: 1, shuffleEvents: { seed: 3, windowSize: 4 } });
    for (const text of ['1', '2', '3', '4']) control.okClientSends({ ...chat, text });
    const calls = await ok.hook.until((received) => received.length === 6);
    const texts = calls.map(({ body }) => body.message.text);
    expect(texts.slice(0, 2)).toEqual(['дважды', 'дважды']);
    expect(texts.slice(2)).not.toEqual(['1', '2', '3', '4']);
    expect(texts.slice(2).sort()).toEqual(['1', '2', '3', '4']);
    const { chatId } = control.okSnapshot(chat);
    const { messages } = await ok.api<Messages>(`me/messages/${chatId}?count=100`);
    expect(messages.map(({ message }) => message.text)).toEqual(['4', '3', '2', '1', 'дважды', 'потеряно']);
  });
});

describe('the group', () => {
  it('answers in the chat, by chat id or by person, and gets no event about its own messages', async () => {
    await using ok = await startOk();
    const { control } = ok.sandbox;
    const { mid } = control.okClientSends({ ...chat, text: 'Когда?' });
    const { chatId } = control.okSnapshot(chat);
    const answer = await ok.api(`me/messages/${chatId}`, {
      recipient: { chat_id: chatId },
      message: { text: 'Сегодня', reply_to: mid },
    });
    expect(answer).toEqual({ success: true, message_id: expect.stringMatching(/^mid:C/) });
    await ok.api('me/messages', { recipient: { user_id: 'user:9' }, message: { text: 'До 20:00' } });
    control.okAdminWrites({ ...chat, text: 'Из самих Одноклассников' });
    const { messages } = control.okSnapshot(chat);
    expect(messages.map(({ text, isFromGroup }) => [text, isFromGroup])).toEqual([
      ['Когда?', false],
      ['Сегодня', true],
      ['До 20:00', true],
      ['Из самих Одноклассников', true],
    ]);
    expect(messages[1]).toMatchObject({ replyTo: { mid, text: 'Когда?' } });
    expect(control.okCounters({ okGroupId })).toMatchObject({
      eventsPublished: 1,
      apiCalls: { 'me/subscribe': 1, 'me/messages': 2 },
    });
  });

  it('cannot write to a person who has not written first, nor an empty message, nor with a wrong token', async () => {
    await using ok = await startOk();
    const text = { message: { text: 'x' } };
    expect(await ok.api('me/messages', { recipient: { user_id: 'user:9' }, ...text })).toMatchObject({
      error_code: 10,
    });
    expect(await ok.api('me/messages/chat:C0', { recipient: { chat_id: 'chat:C0' }, ...text })).toMatchObject(
      {
        error_code: 300,
        error_field: 'chat_id',
      },
    );
    ok.sandbox.control.okClientSends({ ...chat, text: 'Можно' });
    const empty = { recipient: { user_id: 'user:9' }, message: { text: '' } };
    expect(await ok.api('me/messages', empty)).toMatchObject({ error_code: 100 });
    expect(await ok.api('me/chats', undefined, 'other')).toMatchObject({ error_code: 103 });
  });

  it('lists its chats by pages and returns one of them', async () => {
    await using ok = await startOk();
    ok.sandbox.control.okClientSends({ ...chat, text: 'раз' });
    ok.sandbox.control.okClientSends({ okGroupId, userId: 502, text: 'два' });
    const first = await ok.api<{ chats: { title: string }[]; marker?: number }>('me/chats?count=1');
    expect(first).toMatchObject({ chats: [{ title: 'Вера' }], marker: 1 });
    const second = await ok.api<{ chats: { chat_id: string }[] }>('me/chats?count=1&marker=1');
    expect(second).not.toHaveProperty('marker');
    const { chat_id: chatId } = second.chats[0]!;
    expect(await ok.api(`me/chat?chat_id=${chatId}`)).toMatchObject({ title: 'Борис Орлов', type: 'DIALOG' });
  });

  it('uploads a picture, whose token comes with the answer, and sends it', async () => {
    await using ok = await startOk();
    ok.sandbox.control.okClientSends({ ...chat, text: 'Покажите' });
    const given = await ok.api<{ url: string }>('me/fileUploadUrl?type=IMAGE');
    expect(given).not.toHaveProperty('token');
    const form = new FormData();
    form.append('file', new Blob(['картинка'], { type: 'image/jpeg' }), 'a.jpg');
    const uploaded = await (await fetch(given.url, { method: 'POST', body: form })).json();
    const [{ token }] = Object.values((uploaded as { photos: Record<string, { token: string }> }).photos) as [
      { token: string },
    ];
    const attachments = [{ type: 'IMAGE', payload: { token } }];
    await ok.api('me/messages', { recipient: { user_id: 'user:9' }, message: { attachments } });
    const [picture] = ok.sandbox.control.okSnapshot(chat).messages.at(-1)!.imageUrls;
    expect(await (await fetch(picture!)).text()).toBe('картинка');
  });

  it('uploads a file, whose token comes with the address', async () => {
    await using ok = await startOk();
    ok.sandbox.control.okClientSends({ ...chat, text: 'Пришлите' });
    const { url, token } = await ok.api<{ url: string; token: string }>('me/fileUploadUrl?type=FILE');
    const attachments = [{ type: 'FILE', payload: { token } }];
    const send = () =>
      ok.api('me/messages', { recipient: { user_id: 'user:9' }, message: { text: 'Вот', attachments } });
    expect(await send()).toMatchObject({ error_code: 300 });
    const form = new FormData();
    form.append('file', new Blob(['договор'], { type: 'application/pdf' }), 'a.pdf');
    expect(await (await fetch(url, { method: 'POST', body: form })).text()).toBe('');
    expect(await send()).toMatchObject({ success: true });
  });

  it('keeps its subscriptions, and gets no events after it removed one', async () => {
    await using ok = await startOk();
    expect(await ok.api('me/subscriptions')).toMatchObject({ subscriptions: [{ url: ok.hook.url }] });
    expect(await ok.api('me/unsubscribe', { url: ok.hook.url })).toEqual({ success: true });
    ok.sandbox.control.okClientSends({ ...chat, text: 'тихо' });
    expect(await ok.api('me/subscriptions')).toEqual({ subscriptions: [] });
    expect(ok.sandbox.control.okCounters({ okGroupId })).toMatchObject({ webhooksWaiting: 0 });
    expect(ok.hook.received).toEqual([]);
  });

  it('loses answers and gets errors under those faults', async () => {
    await using ok = await startOk();
    const { control } = ok.sandbox;
    control.okClientSends({ ...chat, text: 'Когда?' });
    const send = () =>
      ok.api('me/messages', { recipient: { user_id: 'user:9' }, message: { text: 'Сегодня' } });
    control.setFaults({ apiErrors: [{ method: 'ok.me/messages', code: 11, times: 1 }] });
    expect(await send()).toMatchObject({ error_code: 11 });
    control.setFaults({ cuts: [{ method: 'ok.me/messages', when: 'after', times: 1 }] });
    await expect(send()).rejects.toThrow();
    expect(control.okSnapshot(chat).messages.map(({ text }) => text)).toEqual(['Когда?', 'Сегодня']);
    control.setFaults({ networkOff: true });
    await expect(send()).rejects.toThrow();
  });

  it('gets an event about a changed title', async () => {
    await using ok = await startOk();
    ok.sandbox.control.okChatChanges({ ...chat, type: 'CHAT_TITLE_CHANGED', title: 'Заказ' });
    const [call] = await ok.hook.until((received) => received.length === 1);
    expect(call!.body).toMatchObject({
      webhookType: 'CHAT_SYSTEM',
      type: 'CHAT_TITLE_CHANGED',
      title: 'Заказ',
    });
  });
});

describe('a service message in Odnoklassniki', () => {
  it('N25 (hidden until answered): is seen by the group only after the client has answered', async () => {
    await using ok = await startOk();
    const messageId = await ok.sendOne({ phone: '+79990000003', routes: ['OK'] });
    await ok.untilStatuses(messageId, ['sent', 'delivered']);
    const { chatId } = ok.sandbox.control.okSnapshot(chat);
    expect(await ok.api('me/chats')).toEqual({ chats: [] });
    expect(await ok.api(`me/messages/${chatId}`)).toMatchObject({ error_code: 300 });
    ok.sandbox.control.okClientSends({ ...chat, text: 'Спасибо' });
    const { messages } = await ok.api<Messages>(`me/messages/${chatId}`);
    expect(messages.map(({ sender, message }) => [sender.user_id, message.text])).toEqual([
      ['user:9', 'Спасибо'],
      ['group:57', 'Заказ № 7 готов\n\nСкидка 10 % до воскресенья'],
    ]);
  });

  it('N21 (buttons): sends an event that names the message for a pressed button, and none for a link', async () => {
    await using ok = await startOk();
    const { control } = ok.sandbox;
    const messageId = await ok.sendOne({ phone: '+79990000003', routes: ['OK'] });
    await ok.untilStatuses(messageId, ['sent', 'delivered']);
    const { mid } = control.okSnapshot(chat).messages[0]!;
    const link = control.okClientPressesButton({ ...chat, mid, row: 1, column: 0 });
    expect(link.link).toContain('https://example.org/shop');
    control.okClientPressesButton({ ...chat, mid, row: 0, column: 0 });
    const [call] = await ok.hook.until((received) => received.length === 1);
    expect(call!.body).toMatchObject({ webhookType: 'MESSAGE_CALLBACK', mid, sender: { user_id: 'user:9' } });
    expect(JSON.parse(call!.body.payload)).toEqual({ notify: { messageId, button: 0 } });
    expect(control.okSnapshot({ okGroupId, userId: vera }).messages).toHaveLength(1);
  });
});
