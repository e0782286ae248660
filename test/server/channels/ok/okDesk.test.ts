/** OK through the whole desk: with a real store, the sandbox's OK and the desk's own HTTP. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { usualOkSessionTimes } from '../../../../server/channels/ok/session.ts';
import { sampleOkGroup, sampleUsers } from '../../../../server/sandbox/sample.ts';
import type { DeskClient } from '../../../support/deskProcess.ts';
import { otherEnding } from '../../../support/otherEnding.ts';
import { type Inbox, quickTiming, startDesk, type TestDesk } from '../../../support/startDesk.ts';
import { until } from '../../../support/until.ts';

const { okGroupId } = sampleOkGroup;
const [anna, petr] = sampleUsers;

let test: TestDesk;
let agent: DeskClient;
let admin: DeskClient;
let inbox: Inbox;
let webhook: string;
beforeAll(async () => {
  test = await startDesk({
    timing: {
      ...quickTiming,
      stopRetryWaitsMs: [500],
      okSession: { ...usualOkSessionTimes, lookEveryMs: 50, sweepEveryMs: 100 },
    },
  });
  agent = await test.as('anna@example.com');
  admin = await test.as('admin@example.com');
  inbox = await test.openInbox(agent);
  await until('the group to be live', async () => (await group()).connection.state === 'live');
  webhook = test.sandbox.control.listOkGroups()[0]?.webhooks[0] ?? '';
});
afterAll(() => test?.[Symbol.asyncDispose]());
beforeEach(() => test.sandbox.control.clearFaults());

async function group() {
  const { communities } = await admin.call('bootstrap');
  return communities.find(({ network }) => network === 'ok')!;
}
const phone = (userId: number = anna.userId) =>
  test.sandbox.control.okSnapshot({ okGroupId, userId }).messages;
const writes = (text: string, userId: number = anna.userId) =>
  test.sandbox.control.okClientSends({ okGroupId, userId, text, imageUrls: [] });
const comes = (text: string) => inbox.nextMessage(`"${text}"`, (message) => message.text === text);
async function answers(conversationId: string, text: string) {
  return agent.call('sendAnswer', { params: { conversationId }, body: { clientToken: randomUUID(), text } });
}
const lastOf = (text: string) =>
  inbox.changes
    .flatMap((change) => (change.type === 'conversation.changed' ? change.messages : []))
    .find((message) => message.text === text);
const nextMs = () => {
  const now = Date.now();
  return until('the next ms', () => Date.now() > now, { everyMs: 1 });
};
const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('a client of OK', () => {
  it('writes, appears in the inbox under OK, and reads the answer on the phone', async () => {
    writes('Здравствуйте из ОК');
    const message = await comes('Здравствуйте из ОК');
    const change = await inbox.nextChange('the conversation', ({ row }) => row.id === message.conversationId);
    expect(change.row.communityId).toBe((await group()).id);
    await answers(message.conversationId, 'Добрый день!');
    await until('the answer on the phone', () => phone().some(({ text }) => text === 'Добрый день!'));
    await inbox.nextMessage(
      'the answer as sent',
      ({ text, status }) => text === 'Добрый день!' && status === 'sent',
    );
    await inbox.nextChange('the name', ({ row }) => row.client?.name === 'Анна Смирнова');
  });

  it('has a message stored once, however often OK repeats the event', async () => {
    test.sandbox.control.setFaults({ repeatEvents: 3 });
    writes('Трижды');
    const { conversationId } = await comes('Трижды');
    await until('all three to be acknowledged', () => {
      const { webhooksWaiting } = test.sandbox.control.okCounters({ okGroupId });
      return webhooksWaiting === 0;
    });
    const { messages } = await agent.call('listMessages', { params: { conversationId } });
    expect(messages.filter(({ text }) => text === 'Трижды')).toHaveLength(1);
  });
});

describe('an action of a client other than writing', () => {
  const inOk = async (message: object) => {
    const url = `${test.sandbox.okBaseUrl}/me/messages?access_token=${sampleOkGroup.token}`;
    const body = JSON.stringify({ recipient: { user_id: anna.okUserId }, message });
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return ((await answer.json()) as { message_id: string }).message_id;
  };

  it('is stored as a reply with the label when it is the press of a button', async () => {
    const payload = JSON.stringify({ notify: { messageId: 'n1', button: 0 } });
    const buttons = [[{ type: 'CALLBACK', text: 'Заберу сегодня', payload }]];
    const mid = await inOk({
      text: 'Заказ готов',
      attachments: [{ type: 'INLINE_KEYBOARD', payload: { buttons } }],
    });
    test.sandbox.control.okClientPressesButton({
      okGroupId,
      userId: anna.userId,
      mid,
      row: 0,
      column: 0,
    });
    const pressed = await comes('Заберу сегодня');
    expect(pressed).toMatchObject({ kind: 'reply' });
    expect(pressed.replyTo?.text).toBe('Заказ готов');
  });

  it('may send a picture and quote a message', async () => {
    const { mid } = writes('Вопрос');
    await comes('Вопрос');
    const imageUrls = ['https://i.okcdn.ru/one.jpg'];
    test.sandbox.control.okClientSends({
      okGroupId,
      userId: anna.userId,
      text: 'Вот',
      imageUrls,
      replyToMid: mid,
    });
    expect(await comes('Вот')).toMatchObject({
      attachments: [{ kind: 'photo' }],
      replyTo: { text: 'Вопрос' },
    });
  });

  it('is acknowledged and ignored when it only changes the chat', async () => {
    test.sandbox.control.okChatChanges({ okGroupId, userId: anna.userId, type: 'CHAT_ICON_CHANGED' });
    await until(
      'it to be answered',
      () => test.sandbox.control.okCounters({ okGroupId }).webhooksWaiting === 0,
    );
    expect(test.sandbox.control.okCounters({ okGroupId }).webhooksFailed).toBe(0);
  });
});

it('shows a message that an administrator wrote in OK itself as an answer', async () => {
  test.sandbox.control.okAdminWrites({ okGroupId, userId: anna.userId, text: 'Пишу из самого ОК' });
  expect(await comes('Пишу из самого ОК')).toMatchObject({
    kind: 'answer',
    author: { type: 'administrator' },
  });
});

it('finds a message whose event OK lost', async () => {
  test.sandbox.control.setFaults({ loseEvents: 1 });
  writes('Потерянное');
  expect(await comes('Потерянное')).toMatchObject({ isBackfilled: true });
});

it('subscribes again when OK has dropped the subscription', async () => {
  await fetch(`${test.sandbox.okBaseUrl}/me/unsubscribe?access_token=${sampleOkGroup.token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: webhook }),
  });
  await until('the subscription', () => test.sandbox.control.listOkGroups()[0]?.webhooks.includes(webhook));
});

it('sends files and quotes', async () => {
  const { mid } = writes('Покажите');
  const { conversationId, id: replyToId } = await comes('Покажите');
  const form = new FormData();
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  form.set('file', new Blob([png], { type: 'image/png' }), 'витрина.png');
  const uploaded = await fetch(`${test.url}/api/uploads`, {
    method: 'POST',
    headers: { cookie: agent.cookie, origin: test.url },
    body: form,
  });
  const { id } = (await uploaded.json()) as { id: string };
  await agent.call('sendAnswer', {
    params: { conversationId },
    body: { clientToken: randomUUID(), text: 'Вот она', uploadIds: [id], replyToMessageId: replyToId },
  });
  const shown = await until('the picture on the phone', () => phone().find(({ text }) => text === 'Вот она'));
  expect(shown.replyTo?.mid).toBe(mid);
  expect(shown.imageUrls).toHaveLength(1);
});

describe('the webhook', () => {
  it('accepts nothing without the secret of the group', async () => {
    const wrong = webhook.replace(/[^/]+$/, 'wrong');
    expect((await post(wrong, {})).status).toBe(403);
    expect((await post(otherEnding(webhook), { webhookType: 'SOMETHING_NEW' })).status).toBe(403);
    expect((await post(webhook.replace(/\/[^/]+$/, ''), {})).status).toBe(403);
    expect((await post(webhook.replace(/[0-9a-f]{24}/, '0123456789abcdef01234567'), {})).status).toBe(404);
  });

  it('refuses a body that is not an event, and acknowledges unknown types', async () => {
    expect((await post(webhook, '{')).status).toBe(400);
    expect((await post(webhook, { type: 'MESSAGE_CREATED' })).status).toBe(400);
    const unknown = await post(webhook, { webhookType: 'SOMETHING_NEW' });
    expect([unknown.status, await unknown.text()]).toEqual([200, 'ok']);
  });

  it('keeps a message aside that has another form than the desk knows, for administrators to see', async () => {
    const event = { webhookType: 'MESSAGE_CREATED', message: { body: 'по-новому' } };
    for (let time = 0; time < 2; time += 1) {
      const answer = await post(webhook, event);
      expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
    }
    const { letters } = await admin.call('listDeadLetters', {});
    expect(letters).toMatchObject([
      { network: 'ok', eventType: 'MESSAGE_CREATED', cause: 'unreadable', failures: 2, canRetry: true },
    ]);
    const params = { letterId: letters[0]!.id };
    expect(JSON.parse((await admin.call('readDeadLetter', { params })).raw)).toEqual(event);
    expect((await admin.call('retryDeadLetter', { params })).letter).toMatchObject({ failures: 3 });
    await expect(agent.call('readDeadLetter', { params })).rejects.toThrow('forbidden');
    await admin.call('dropDeadLetter', { params });
    expect((await admin.call('listDeadLetters', {})).letters).toEqual([]);
    const { lines } = await admin.call('listAudit', { query: { subject: 'community' } });
    expect(lines.map(({ action }) => action)).toEqual([
      'community.eventDropped',
      'community.eventRetried',
      ...lines.slice(2).map(({ action }) => action),
    ]);
  });

  it('refuses a body over the limit', async () => {
    expect((await post(webhook, 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  });
});

it('stores each message once when events come repeated and out of order', async () => {
  test.sandbox.control.setFaults({ shuffleEvents: { seed: 7, windowSize: 5 }, repeatEvents: 2 });
  const texts = ['вразброс 1', 'вразброс 2', 'вразброс 3', 'вразброс 4', 'вразброс 5'];
  for (const text of texts) writes(text, petr.userId);
  for (const text of texts) await comes(text);
  const { conversationId } = await comes('вразброс 1');
  await until('all of them to be acknowledged', () => {
    const { webhooksWaiting, webhooksDelivered } = test.sandbox.control.okCounters({ okGroupId });
    return webhooksWaiting === 0 && webhooksDelivered >= 10;
  });
  const { messages } = await agent.call('listMessages', { params: { conversationId } });
  const got = messages.map(({ text }) => text).filter((text) => texts.includes(text));
  expect(got.toSorted()).toEqual(texts);
});

it('keeps two answers with the same text apart when both calls were cut', async () => {
  const { conversationId } = await comes('вразброс 1');
  const cuts = [{ method: 'ok.me/messages', when: 'after' as const, times: 1 }];
  for (const time of [1, 2]) {
    test.sandbox.control.setFaults({ cuts });
    const { id } = await answers(conversationId, 'Да');
    await inbox.nextMessage(
      `answer ${time} as sent`,
      (message) => message.id === id && message.status === 'sent',
    );
  }
  expect(phone(petr.userId).filter(({ text }) => text === 'Да')).toHaveLength(2);
  const { messages } = await agent.call('listMessages', { params: { conversationId } });
  expect(messages.filter(({ text, deletedAt }) => text === 'Да' && deletedAt === null)).toHaveLength(2);
});

it('looks up an answer whose call was cut instead of sending it twice', async () => {
  writes('Первый', petr.userId);
  const { conversationId } = await comes('Первый');
  test.sandbox.control.setFaults({ cuts: [{ method: 'ok.me/messages', when: 'after', times: 1 }] });
  await answers(conversationId, 'Один раз');
  await inbox.nextMessage(
    'the answer as sent',
    ({ text, status }) => text === 'Один раз' && status === 'sent',
  );
  expect(phone(petr.userId).filter(({ text }) => text === 'Один раз')).toHaveLength(1);
});

it('stops the group when OK refuses its token, and shows that to an administrator', async () => {
  const { conversationId } = await comes('Здравствуйте из ОК');
  test.sandbox.control.setFaults({ tokenInvalid: true });
  await answers(conversationId, 'Не дойдёт');
  await inbox.nextMessage('the failure', ({ text, status }) => text === 'Не дойдёт' && status === 'failed');
  expect((await group()).connection).toMatchObject({
    state: 'stopped',
    stopReason: 'tokenRejected',
    networkCode: 103,
  });
  test.sandbox.control.clearFaults();
  await admin.call('changeCommunity', {
    params: { communityId: (await group()).id },
    body: { token: sampleOkGroup.token },
  });
  await until('the group to be live again', async () => (await group()).connection.state === 'live');
});

it('asks a stopped group again by itself, and goes on with its history when OK accepts the token', async () => {
  test.sandbox.control.setFaults({ tokenInvalid: true });
  const { connection } = await until('the group to be stopped', async () => {
    const found = await group();
    return found.connection.state === 'stopped' ? found : null;
  });
  expect(Date.parse(connection.nextTryAt ?? '')).toBeGreaterThan(0);
  writes('Пока ключ не принимали');
  test.sandbox.control.clearFaults();
  await until('the group to be live again', async () => (await group()).connection.state === 'live');
  await comes('Пока ключ не принимали');
  expect((await group()).connection.nextTryAt).toBeNull();
});

it('backfills messages that no webhook delivered', async () => {
  const { id: communityId } = await group();
  const switchTo = (isEnabled: boolean) =>
    admin.call('changeCommunity', { params: { communityId }, body: { isEnabled } });
  await switchTo(false);
  writes('Пока вас не было');
  await until(
    'the event to be answered',
    () => test.sandbox.control.okCounters({ okGroupId }).webhooksWaiting === 0,
  );
  await switchTo(true);
  expect(await comes('Пока вас не было')).toMatchObject({ isBackfilled: true });
});

it('backfills a long absence page by page, in the order of writing', { timeout: 90_000 }, async () => {
  const { id: communityId } = await group();
  const switchTo = (isEnabled: boolean) =>
    admin.call('changeCommunity', { params: { communityId }, body: { isEnabled } });
  await switchTo(false);
  const texts = Array.from({ length: 230 }, (_, index) => `долго ${index}`);
  for (const [index, text] of texts.entries()) {
    writes(text);
    // Real clients never fill a page within one ms, and OK shows at most one page of one ms.
    if (index % 20 === 19) await nextMs();
  }
  const { webhooksWaiting } = test.sandbox.control.okCounters({ okGroupId });
  expect(webhooksWaiting).toBeGreaterThan(0);
  await until(
    'the events to be answered',
    () => test.sandbox.control.okCounters({ okGroupId }).webhooksWaiting === 0,
  );
  await switchTo(true);
  const { conversationId } = await until('the last of them', () => lastOf('долго 229'), {
    timeoutMs: 60_000,
  });
  const { messages } = await agent.call('listMessages', {
    params: { conversationId },
    query: { limit: 200 },
  });
  const got = messages.map(({ text }) => text).filter((text) => text.startsWith('долго'));
  expect(got).toEqual(texts.slice(-got.length));
  expect(got.length).toBeGreaterThan(150);
});
