import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskClient } from '../../support/deskProcess.ts';
import { type Inbox, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;
let anna: DeskClient;
let inbox: Inbox;
beforeAll(async () => {
  desk = await startDesk();
  anna = await desk.as('anna@example.com');
  inbox = await desk.openInbox(anna);
});
afterAll(async () => desk[Symbol.asyncDispose]());

const write = (userId: number, text: string) =>
  desk.sandbox.control.clientSends({ userId, groupId: desk.groupId, text });

async function conversationOf(text: string): Promise<string> {
  const message = await inbox.nextMessage(`the message ${text}`, (candidate) => candidate.text === text);
  return message.conversationId;
}

let token = 0;
function draft(text: string, more: { uploadIds?: string[]; replyToMessageId?: string } = {}) {
  token += 1;
  return { clientToken: `token-${token}-${text.length}`, text, ...more };
}

describe('a conversation', () => {
  it('shows a reply on an open inbox and the answer on the phone, then sent and read', async () => {
    write(2001, 'Где мой заказ?');
    const conversationId = await conversationOf('Где мой заказ?');

    const answered = await anna.call('sendAnswer', {
      params: { conversationId },
      body: draft('Уже едет, будет в шесть'),
    });
    expect(answered).toMatchObject({ kind: 'answer', status: 'queued', author: { name: 'Анна Соколова' } });
    await inbox.nextMessage('the answer to be sent', (m) => m.id === answered.id && m.status === 'sent');
    const onPhone = desk.sandbox.control.snapshot({ groupId: desk.groupId, userId: 2001 });
    expect(JSON.stringify(onPhone)).toContain('Уже едет, будет в шесть');

    desk.sandbox.control.clientReads({ userId: 2001, groupId: desk.groupId });
    const read = await inbox.nextMessage(
      'the answer to be read',
      (m) => m.id === answered.id && m.status === 'read',
    );
    expect(read.version).toBeGreaterThan(answered.version);
  });

  it('stores and sends one answer when the agent clicks twice', async () => {
    write(2002, 'Двойной щелчок');
    const conversationId = await conversationOf('Двойной щелчок');
    const body = draft('Ровно один ответ');
    const twice = await Promise.all(
      [1, 2].map(() => anna.call('sendAnswer', { params: { conversationId }, body })),
    );
    expect(twice[0]?.id).toBe(twice[1]?.id);
    await inbox.nextMessage('the answer to be sent', (m) => m.id === twice[0]?.id && m.status === 'sent');
    const page = await anna.call('listMessages', { params: { conversationId }, query: {} as never });
    expect(page.messages.filter((m) => m.text === 'Ровно один ответ')).toHaveLength(1);
    const phone = JSON.stringify(desk.sandbox.control.snapshot({ groupId: desk.groupId, userId: 2002 }));
    expect(phone.split('Ровно один ответ')).toHaveLength(2);
  });

  it('shows what an administrator writes in VK, once', async () => {
    write(2003, 'Кто-нибудь есть?');
    const conversationId = await conversationOf('Кто-нибудь есть?');
    desk.sandbox.control.adminWrites({
      groupId: desk.groupId,
      userId: 2003,
      text: 'Да, пишу из VK',
      adminId: 42,
    });
    const message = await inbox.nextMessage('the message from VK', (m) => m.text === 'Да, пишу из VK');
    expect(message).toMatchObject({ kind: 'answer', author: { type: 'administrator' }, status: 'sent' });
    const page = await anna.call('listMessages', { params: { conversationId }, query: {} as never });
    expect(page.messages.map((m) => [m.seq, m.text])).toEqual([
      [1, 'Кто-нибудь есть?'],
      [2, 'Да, пишу из VK'],
    ]);
  });

  it('fails an answer to a client who blocked the community, with the reason, and sends it on a retry', async () => {
    write(2004, 'Сейчас заблокирую');
    const conversationId = await conversationOf('Сейчас заблокирую');
    desk.sandbox.control.clientDenies({ userId: 2004, groupId: desk.groupId });
    await inbox.nextChange('the row to say so', (c) => c.row.id === conversationId && !c.row.canWrite);
    const answered = await anna.call('sendAnswer', {
      params: { conversationId },
      body: draft('Вы нас слышите?'),
    });
    const failed = await inbox.nextMessage(
      'the failure',
      (m) => m.id === answered.id && m.status === 'failed',
    );
    expect(failed.failure).toMatchObject({ code: 'clientForbidsMessages', networkCode: 901 });

    desk.sandbox.control.clientAllows({ userId: 2004, groupId: desk.groupId });
    await inbox.nextChange(
      'the row to allow again',
      (c) => c.row.id === conversationId && c.row.canWrite && c.row.lastSeq > 2,
    );
    await anna.call('retryMessage', { params: { messageId: answered.id } });
    await inbox.nextMessage(
      'the second try',
      (m) => m.id === answered.id && m.status === 'sent' && m.version > failed.version,
    );
  });

  it('reads the name of an unknown client', async () => {
    write(2005, 'Как меня зовут?');
    const conversationId = await conversationOf('Как меня зовут?');
    const named = await inbox.nextChange(
      'the name',
      (c) => c.row.id === conversationId && c.row.client.name === 'Ольга Константинопольская',
    );
    expect(named.row.client.avatarUrl).toMatch(/^\/media\/clients\//);
    const avatar = await fetch(`${desk.url}${named.row.client.avatarUrl}`, {
      headers: { cookie: anna.cookie },
    });
    expect(avatar.status).toBe(200);
    expect(avatar.headers.get('content-type')).toMatch(/^image\//);
  });

  it('is not snoozed into the past, nor for longer than 90 days', async () => {
    write(2001, 'Отложите меня');
    const conversationId = await conversationOf('Отложите меня');
    const timeZone = 'Europe/Moscow';
    for (const [snooze, code] of [
      [{ kind: 'minutes', minutes: -180 }, 'snoozeInPast'],
      [{ kind: 'minutes', minutes: 90 * 24 * 60 + 1 }, 'snoozeTooFar'],
      [{ kind: 'local', localTime: '2020-01-01T09:00', timeZone }, 'snoozeInPast'],
      [{ kind: 'local', localTime: '2999-01-01T09:00', timeZone }, 'snoozeTooFar'],
      [{ kind: 'local', localTime: '2027-02-31T09:00', timeZone }, 'badRequest'],
      [{ kind: 'named', name: 'tomorrow', timeZone: 'Moon/Sea' }, 'badRequest'],
    ] as const) {
      const asked = anna.call('setStatus', {
        params: { conversationId },
        body: { status: 'snoozed', snooze, seenSeq: 1_000 },
      });
      await expect(asked, JSON.stringify(snooze)).rejects.toThrow(code);
    }
    const { status } = await anna.call('readConversation', { params: { conversationId } });
    expect(status).toBe('open');
  });

  it('is assigned, snoozed, resolved, and reopened by the client', async () => {
    write(2001, 'Начнём');
    const conversationId = await conversationOf('Начнём');
    const { people } = await anna.call('bootstrap');
    const ivan = people.find((person) => person.name === 'Иван Петров');
    const assigned = await anna.call('assign', {
      params: { conversationId },
      body: { personId: ivan?.id ?? '' },
    });
    expect(assigned.assigneeId).toBe(ivan?.id);
    const snoozed = await anna.call('setStatus', {
      params: { conversationId },
      body: {
        status: 'snoozed',
        snooze: { kind: 'minutes', minutes: 60 },
        seenSeq: assigned.lastSeq,
      },
    });
    expect(snoozed.status).toBe('snoozed');
    const minutes = (Date.parse(snoozed.snoozedUntil ?? '') - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(59);
    expect(minutes).toBeLessThanOrEqual(60);
    const resolved = await anna.call('setStatus', {
      params: { conversationId },
      body: { status: 'resolved', seenSeq: snoozed.lastSeq },
    });
    expect(resolved).toMatchObject({ status: 'resolved', waitingSince: null });
    const lists = await Promise.all(
      (['all', 'resolved'] as const).map((filter) =>
        anna.call('listConversations', { query: { filter } as never }),
      ),
    );
    expect(lists.map((page) => page.rows.some((row) => row.id === conversationId))).toEqual([false, true]);
    write(2001, 'И снова я');
    const reopened = await inbox.nextChange(
      'the reopening',
      (c) => c.row.id === conversationId && c.row.status === 'open' && c.row.revision > resolved.revision,
    );
    expect(reopened.row.assigneeId).toBe(ivan?.id);
  });

  it('stays open when the client has written what the agent has not seen, and says so', async () => {
    write(2001, 'Вопрос, который видели');
    const conversationId = await conversationOf('Вопрос, который видели');
    const { seq } = await inbox.nextMessage('it', (m) => m.text === 'Вопрос, который видели');
    write(2001, 'Вопрос, который не видели');
    await conversationOf('Вопрос, который не видели');
    const params = { conversationId };
    const resolve = (seenSeq: number) =>
      anna.call('setStatus', { params, body: { status: 'resolved', seenSeq } });
    await expect(resolve(seq)).rejects.toThrow(/answered 409: .*"newerReply"/);
    const open = await anna.call('readConversation', { params });
    expect(open).toMatchObject({ status: 'open', lastMessage: { excerpt: 'Вопрос, который не видели' } });
    // A tab that does not say what was seen is refused too.
    await expect(anna.call('setStatus', { params, body: { status: 'resolved' } as never })).rejects.toThrow(
      '400',
    );
    expect(await resolve(open.lastSeq)).toMatchObject({ status: 'resolved' });
  });

  it('stores no answer in the name of another person than its writer', async () => {
    write(2004, 'Кто мне пишет?');
    const conversationId = await conversationOf('Кто мне пишет?');
    const { me } = await anna.call('bootstrap');
    const ivan = await desk.as('ivan@example.com');
    const body = { ...draft('Пишет Анна'), writerId: me.id };
    for (const send of ['sendAnswer', 'addNote'] as const)
      await expect(ivan.call(send, { params: { conversationId }, body })).rejects.toThrow(
        /answered 409: .*"otherWriter"/,
      );
    const stored = await anna.call('sendAnswer', { params: { conversationId }, body });
    expect(stored.author.personId).toBe(me.id);
  });

  it('shows the client’s name in a quote that came before the name was known', async () => {
    desk.sandbox.control.createUser({
      userId: 2099,
      firstName: 'Нина',
      lastName: 'Новая',
      phone: '+79990002099',
    });
    const { cmid } = write(2099, 'Первое');
    const first = await inbox.nextMessage('the first message', (m) => m.text === 'Первое');
    desk.sandbox.control.clientSends({
      userId: 2099,
      groupId: desk.groupId,
      text: 'Я про это',
      replyToCmid: cmid,
    });
    const second = await inbox.nextMessage('the quote', (m) => m.text === 'Я про это');
    expect(second.replyTo).toMatchObject({ text: 'Первое', isByClient: true });
    const answer = await anna.call('sendAnswer', {
      params: { conversationId: second.conversationId },
      body: draft('Понятно', { replyToMessageId: first.id }),
    });
    expect(answer.replyTo).toMatchObject({ messageId: first.id, isByClient: true });
    const own = await anna.call('sendAnswer', {
      params: { conversationId: second.conversationId },
      body: draft('И ещё', { replyToMessageId: answer.id }),
    });
    expect(own.replyTo).not.toHaveProperty('isByClient');
  });

  it('is read by each person alone, and waits for everybody until somebody answers', async () => {
    write(2002, 'Раз');
    write(2002, 'Два');
    const conversationId = await conversationOf('Два');
    const row = await until('two replies', async () => {
      const now = await anna.call('readConversation', { params: { conversationId } });
      return now.replyCount - now.answeredReplyCount >= 2 && now;
    });
    expect(row.waitingSince).not.toBeNull();
    const read = await anna.call('markRead', { params: { conversationId }, body: { upToSeq: row.lastSeq } });
    expect(read.readMark).toEqual({ conversationId, readReplyCount: row.replyCount });
    const ivan = await desk.as('ivan@example.com');
    const of = async (person: DeskClient) =>
      (await person.call('listConversations', { query: { filter: 'all', waiting: 'true' } as never }))
        .readMarks;
    expect(await of(anna)).toContainEqual(read.readMark);
    expect(await of(ivan)).toEqual([]);
    const answered = await anna.call('sendAnswer', { params: { conversationId }, body: draft('Да') });
    const after = await ivan.call('readConversation', {
      params: { conversationId: answered.conversationId },
    });
    expect(after).toMatchObject({ waitingSince: null, answeredReplyCount: row.replyCount });
  });

  it('goes on waiting for what came while the answer was written', async () => {
    write(2002, 'Можно вопрос?');
    const conversationId = await conversationOf('Можно вопрос?');
    const first = await inbox.nextMessage('the first', (m) => m.text === 'Можно вопрос?');
    write(2002, 'И ещё один');
    const second = await inbox.nextMessage('the second', (m) => m.text === 'И ещё один');
    const body = { ...draft('Конечно'), seenSeq: first.seq };
    await anna.call('sendAnswer', { params: { conversationId }, body });
    const waiting = await anna.call('readConversation', { params: { conversationId } });
    expect(waiting.waitingSince).toBe(second.sentAt);
    expect(waiting.replyCount - waiting.answeredReplyCount).toBe(1);
    // A repeat of the same answer, whatever it has seen by now, changes nothing.
    await anna.call('sendAnswer', {
      params: { conversationId },
      body: { ...body, seenSeq: waiting.lastSeq },
    });
    const again = await anna.call('readConversation', { params: { conversationId } });
    expect(again.waitingSince).toBe(second.sentAt);
    const last = { ...draft('Слушаю'), seenSeq: again.lastSeq };
    await anna.call('sendAnswer', { params: { conversationId }, body: last });
    expect((await anna.call('readConversation', { params: { conversationId } })).waitingSince).toBeNull();
  });

  it('sends an attached file, and shows it from the desk itself', async () => {
    write(2003, 'Пришлите счёт');
    const conversationId = await conversationOf('Пришлите счёт');
    const form = new FormData();
    const bytes = Buffer.from('%PDF-1.4 счёт');
    form.append('file', new Blob([bytes]), 'Счёт № 5.pdf');
    const answer = await fetch(`${desk.url}/api/uploads`, {
      method: 'POST',
      body: form,
      headers: { cookie: anna.cookie, origin: desk.url },
    });
    expect(answer.status).toBe(201);
    const upload = await answer.json();
    expect(upload).toMatchObject({ fileName: 'Счёт № 5.pdf', kind: 'document', sizeBytes: bytes.length });
    const sent = await anna.call('sendAnswer', {
      params: { conversationId },
      body: draft('', { uploadIds: [upload.id] }),
    });
    const arrived = await inbox.nextMessage(
      'the file to be sent',
      (m) => m.id === sent.id && m.status === 'sent',
    );
    const media = await fetch(`${desk.url}${arrived.attachments[0]?.mediaUrl}`, {
      headers: { cookie: anna.cookie },
    });
    expect(Buffer.from(await media.arrayBuffer())).toEqual(bytes);
    expect((await fetch(`${desk.url}${arrived.attachments[0]?.mediaUrl}`)).status).toBe(401);
  });
});
