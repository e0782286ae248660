/** A client is asked for a mark after a resolution: by buttons on the phone, once, and never at the wrong moment. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sampleOkGroup, sampleUsers } from '../../../../server/sandbox/sample.ts';
import type { DeskClient } from '../../../support/deskProcess.ts';
import { type Inbox, startDesk, type TestDesk } from '../../../support/startDesk.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';

const QUESTION = /Оцените/;
let store: TestStore;
let desk: TestDesk;
let anna: DeskClient;
let admin: DeskClient;
let inbox: Inbox;
let communityId: string;
let userId = 3000;
beforeAll(async () => {
  store = await openTestStore();
  desk = await startDesk({
    env: { MONGODB_URI: store.uri, SECRET_KEY: Buffer.alloc(32, 7).toString('base64') },
  });
  [anna, admin] = [await desk.as('anna@example.com'), await desk.as('admin@example.com')];
  inbox = await desk.openInbox(anna);
  communityId = (await anna.call('bootstrap')).communities.find(({ network }) => network === 'vk')?.id ?? '';
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
});
/** Each test has a client of its own. */
beforeEach(() => {
  userId += 1;
  desk.sandbox.control.createUser({ userId, firstName: 'Клиент', phone: `+7999000${userId}` });
  desk.sandbox.control.clientAllows({ groupId: desk.groupId, userId });
});

const ask = (asksRating: boolean) =>
  admin.call('changeCommunity', { params: { communityId }, body: { asksRating } });
const write = async (text: string) => {
  desk.sandbox.control.clientSends({ userId, groupId: desk.groupId, text });
  return inbox.nextMessage(text, (message) => message.text === text && message.kind === 'reply');
};
const rowOf = (conversationId: string) => anna.call('readConversation', { params: { conversationId } });
async function resolve(conversationId: string) {
  const { lastSeq } = await rowOf(conversationId);
  return anna.call('setStatus', {
    params: { conversationId },
    body: { status: 'resolved', seenSeq: lastSeq },
  });
}
const threadOf = async (conversationId: string) =>
  (await anna.call('listMessages', { params: { conversationId }, query: {} as never })).messages;
const questionOn = (conversationId: string) =>
  until('the question to be sent', async () =>
    (await threadOf(conversationId)).findLast(
      ({ rating, status }) => rating === 'question' && status === 'sent',
    ),
  );
const collection = (name: string) => store.connection.getClient().db(store.connection.name).collection(name);
const ratingOf = (conversationId: string) =>
  collection('ratings').findOne({ conversationId: new Types.ObjectId(conversationId) });
/** Resolves when nothing is left to be asked. */
const allAsked = () =>
  until(
    'nothing to be due',
    async () => (await collection('ratings').countDocuments({ dueAt: { $gt: new Date(0) } })) === 0,
  );

const sends = () => desk.sandbox.control.counters({ groupId: desk.groupId }).apiCalls['messages.send'] ?? 0;

interface Phone {
  messages: { conversation_message_id: number; text: string; keyboard?: { buttons: unknown[][] } }[];
}
const phone = () => desk.sandbox.control.snapshot({ groupId: desk.groupId, userId }) as unknown as Phone;
function press(mark: number): void {
  const question = phone().messages.findLast(({ text }) => QUESTION.test(text));
  expect(question?.keyboard?.buttons[0]).toHaveLength(5);
  desk.sandbox.control.clientPressesButton({
    userId,
    groupId: desk.groupId,
    cmid: question?.conversation_message_id,
    row: 0,
    column: mark - 1,
  });
}
const marked = (conversationId: string, mark: number) =>
  inbox.nextMessage(
    `the mark ${mark}`,
    (m) => m.conversationId === conversationId && m.system?.event === 'rated' && m.system.mark === mark,
  );

describe('a resolved conversation', () => {
  it('asks nothing until the community’s setting is on', async () => {
    const { conversationId } = await write('Спасибо, разобрался');
    await resolve(conversationId);
    expect(await ratingOf(conversationId)).toBeNull();
    expect((await ask(true)).asksRating).toBe(true);
    expect(JSON.stringify(await admin.call('listAudit'))).toContain('community.ratingOn');
  });
});

describe('a resolved conversation of a community that asks', () => {
  beforeAll(() => ask(true));

  it('asks by five buttons; the tap stands in the thread, reopens nothing, and a second one changes the mark', async () => {
    const { conversationId } = await write('Где мой заказ?');
    await anna.call('sendAnswer', {
      params: { conversationId },
      body: { clientToken: `answer-${userId}`, text: 'Уже у вас' },
    });
    await resolve(conversationId);
    const question = await questionOn(conversationId);
    expect(question).toMatchObject({ kind: 'answer', author: { type: 'system', personId: null } });
    const before = await rowOf(conversationId);
    expect(before).toMatchObject({
      status: 'resolved',
      waitingSince: null,
      lastMessage: { excerpt: 'Уже у вас' },
    });

    press(4);
    await marked(conversationId, 4);
    press(2);
    await marked(conversationId, 2);
    const after = await rowOf(conversationId);
    expect(after).toMatchObject({
      status: 'resolved',
      waitingSince: null,
      replyCount: before.replyCount,
      lastActivityAt: before.lastActivityAt,
    });
    const { me } = await anna.call('bootstrap');
    const rating = await until('the newer mark', async () => {
      const found = await ratingOf(conversationId);
      return found?.mark === 2 && found;
    });
    expect(rating).toMatchObject({
      communityId: new Types.ObjectId(communityId),
      personId: new Types.ObjectId(me.id),
    });
    expect(rating.markedAt).toBeInstanceOf(Date);
  });

  it('takes the reply after a mark for its comment, and that reply waits like any other', async () => {
    const { conversationId } = await write('Верните деньги');
    await resolve(conversationId);
    await questionOn(conversationId);
    press(1);
    await marked(conversationId, 1);
    const comment = await write('Долго отвечали. Когда придут деньги?');
    expect(comment.rating).toBe('comment');
    expect(await rowOf(conversationId)).toMatchObject({ status: 'open', waitingSince: comment.sentAt });
    await until('the comment with its mark', async () =>
      (await ratingOf(conversationId))?.commentId?.equals(new Types.ObjectId(comment.id)),
    );
    expect((await write('И ещё вопрос')).rating).toBeUndefined();

    // Resolved again within the week: the client is not asked again.
    await resolve(conversationId);
    await allAsked();
    expect((await threadOf(conversationId)).filter(({ rating }) => rating === 'question')).toHaveLength(1);
  });

  it('asks in the company’s own words, until it returns to the usual ones', async () => {
    const ratingQuestion = 'Rate our answer, please: 1 is bad, 5 is great';
    const change = (text: string | null) =>
      admin.call('changeCommunity', { params: { communityId }, body: { ratingQuestion: text } });
    expect((await change(`  ${ratingQuestion}\n`)).ratingQuestion).toBe(ratingQuestion);
    const [line] = (await admin.call('listAudit')).lines;
    expect(line).toMatchObject({ action: 'community.ratingQuestionChanged', details: { ratingQuestion } });
    try {
      const { conversationId } = await write('Thank you');
      await resolve(conversationId);
      expect((await questionOn(conversationId)).text).toBe(ratingQuestion);
      await expect(change(' ')).rejects.toThrow();
    } finally {
      expect((await change(null)).ratingQuestion).toBeNull();
    }
  });

  it('is not asked about when the client has written again, nor by the outbox that comes late', async () => {
    const { conversationId } = await write('Ещё вопрос');
    // VK does not take the question at first; meanwhile the client writes.
    desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 10, times: 1 }] });
    await resolve(conversationId);
    await until('the question to be queued', async () =>
      (await threadOf(conversationId)).some(({ rating }) => rating === 'question'),
    );
    await write('Подождите, не закрывайте');
    const question = await until('the question to be withdrawn', async () =>
      (await threadOf(conversationId)).find(
        ({ rating, deletedAt }) => rating === 'question' && deletedAt !== null,
      ),
    );
    expect(question.status).toBe('stored');
    expect(phone().messages.some(({ text }) => QUESTION.test(text))).toBe(false);
  });

  it('is not asked about where the client cannot be written to', async () => {
    const { conversationId } = await write('Больше не пишите');
    desk.sandbox.control.clientDenies({ userId, groupId: desk.groupId });
    await until('the desk to know', async () => !(await rowOf(conversationId)).canWrite);
    await resolve(conversationId);
    await until('the rating to be dropped', async () => (await ratingOf(conversationId)) === null);
    expect((await threadOf(conversationId)).some(({ rating }) => rating === 'question')).toBe(false);
  });

  it('is not asked about outside the sending hours', async () => {
    const company = await admin.call('readCompany');
    const closedNow = { fromMinute: 0, toMinute: 1, daysOfWeek: [((new Date().getUTCDay() + 3) % 7) + 1] };
    await admin.call('changeCompany', { body: { ...bodyOf(company), sendingHours: closedNow } as never });
    try {
      const { conversationId } = await write('Ночью');
      await resolve(conversationId);
      const rating = await until('it to wait for the hours', async () => {
        const found = await ratingOf(conversationId);
        return found && found.dueAt > new Date(Date.now() + 60_000) && found;
      });
      expect(rating.askedAt).toBeUndefined();
      expect((await threadOf(conversationId)).some(({ rating: kind }) => kind === 'question')).toBe(false);
    } finally {
      await admin.call('changeCompany', { body: { ...bodyOf(company), sendingHours: null } as never });
    }
  });

  it('takes no mark from a button that the client has made up', async () => {
    const { conversationId } = await write('Хитрый клиент');
    const payload = JSON.stringify({ rating: { id: new Types.ObjectId().toHexString(), mark: 5 } });
    desk.sandbox.control.clientSends({ userId, groupId: desk.groupId, text: '5', payload });
    const message = await inbox.nextMessage(
      'it',
      (m) => m.conversationId === conversationId && m.text === '5',
    );
    expect(message.kind).toBe('reply');
  });
});

describe('a question that the network refuses', () => {
  beforeAll(() => ask(true));
  afterAll(() => desk.sandbox.control.clearFaults());

  it('is not sent again, by the desk or by an agent', async () => {
    const { conversationId } = await write('Спасибо за помощь');
    // VK finds fault with the keyboard, now and at any later try.
    desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 911, times: 50 }] });
    const callsBefore = sends();
    await resolve(conversationId);
    const question = await until('the question to be refused', async () =>
      (await threadOf(conversationId)).find(
        ({ rating, status }) => rating === 'question' && status === 'failed',
      ),
    );
    expect(question.failure).toMatchObject({ isRetryable: false, networkCode: 911 });
    await expect(anna.call('retryMessage', { params: { messageId: question.id } })).rejects.toThrow();
    // The desk has nothing to send any more: neither a question to ask, nor an answer in its outbox.
    const rating = await ratingOf(conversationId);
    expect(rating).toMatchObject({ askedAt: expect.any(Date) });
    expect(rating).not.toHaveProperty('dueAt');
    const waiting = await collection('messages').countDocuments({ 'outbox.dueAt': { $gt: new Date(0) } });
    expect([waiting, sends() - callsBefore]).toEqual([0, 1]);
  });
});

describe('a client of Odnoklassniki', () => {
  const { okGroupId } = sampleOkGroup;
  const okUser = sampleUsers[0].userId;

  it('is asked by five buttons too, and a second tap changes the mark', async () => {
    const { communities } = await admin.call('bootstrap');
    const okId = communities.find(({ network }) => network === 'ok')!.id;
    await admin.call('changeCommunity', { params: { communityId: okId }, body: { asksRating: true } });
    await until('the group to be live', async () =>
      (await admin.call('bootstrap')).communities.every(({ connection }) => connection.state === 'live'),
    );
    desk.sandbox.control.okClientSends({ okGroupId, userId: okUser, text: 'Вопрос из ОК', imageUrls: [] });
    const { conversationId } = await inbox.nextMessage('it', ({ text }) => text === 'Вопрос из ОК');
    await resolve(conversationId);
    const question = await until('the question on the phone', () =>
      desk.sandbox.control
        .okSnapshot({ okGroupId, userId: okUser })
        .messages.find(({ text }) => QUESTION.test(text)),
    );
    const labels = question.buttons.flat().map(({ label }) => label);
    expect(labels).toEqual(['1', '2', '3', '4', '5']);
    for (const mark of [3, 5]) {
      const { mid } = question;
      const row = labels.indexOf(String(mark));
      desk.sandbox.control.okClientPressesButton({ okGroupId, userId: okUser, mid, row, column: 0 });
      await marked(conversationId, mark);
    }
    await until('the newer mark', async () => (await ratingOf(conversationId))?.mark === 5);
    expect(await rowOf(conversationId)).toMatchObject({ status: 'resolved', waitingSince: null });
  });
});

const bodyOf = ({ name, timeZone }: { name: string; timeZone: string }) => ({ name, timeZone });

it('asks the others when one question cannot be asked, and tries that one again later', async () => {
  await ask(true);
  const broken = new Types.ObjectId();
  await collection('ratings').insertOne({
    _id: broken,
    dueAt: new Date(1),
    conversationId: 'broken',
    seq: 1,
  });
  const { conversationId } = await write('Спасибо');
  await resolve(conversationId);
  await questionOn(conversationId);
  const { dueAt } = (await collection('ratings').findOne({ _id: broken })) as unknown as { dueAt: Date };
  expect(dueAt.getTime()).toBeGreaterThan(Date.now());
  await collection('ratings').deleteOne({ _id: broken });
});

it('is reported as a recount of the threads gives it, and the list has the marks of the report', async () => {
  const maria = await desk.as('maria@example.com');
  // Marks count at the time of their question: two days, in case midnight is near.
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const query = { from: day(Date.now() - 86_400_000), to: day(Date.now() + 86_400_000) };
  const messages = collection('messages');
  const asked = await messages.countDocuments({
    kind: 'answer',
    ratingId: { $exists: true },
    status: { $nin: ['failed', 'stored'] },
  });
  const marks = new Map<string, number>();
  for await (const { system } of messages.find({ 'system.event': 'rated' }).sort({ seq: 1 }))
    marks.set(String(system.ratingId), system.mark);
  expect([asked > marks.size, marks.size]).toEqual([true, 3]);
  const { figures } = await until('the report to have them', async () => {
    const report = await maria.call('readReport', { query });
    return report.figures.asked === asked && report.figures.rated === marks.size && report;
  });
  expect(figures.marks).toEqual(
    [1, 2, 3, 4, 5].map((mark) => [...marks.values()].filter((each) => each === mark).length),
  );
  const { rows } = await maria.call('listRatings', { query });
  expect(new Map(rows.map(({ id, mark }) => [id, mark]))).toEqual(marks);
  expect(rows.find(({ mark }) => mark === 1)?.comment?.text).toBe('Долго отвечали. Когда придут деньги?');
});
