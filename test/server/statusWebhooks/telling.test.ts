import { createHmac } from 'node:crypto';
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { RingKey } from '../../../server/apiKeys/keyRing.ts';
import { createStatusOutbox } from '../../../server/statusWebhooks/enqueue.ts';
import { listNotices, sendAgain } from '../../../server/statusWebhooks/noticeLog.ts';
import {
  type NoticeSender,
  type NoticeTiming,
  startNoticeSender,
} from '../../../server/statusWebhooks/noticeSender.ts';
import { createNoticePoster } from '../../../server/statusWebhooks/postNotice.ts';
import { statusNoticesModel } from '../../../server/statusWebhooks/statusNotices.model.ts';
import type { ServiceStatus } from '../../../shared/v1/statuses.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { openReceiver, type Receiver } from './receiver.ts';

const companyId = new Types.ObjectId();
const quick: Partial<NoticeTiming> = { pollMs: 20, backoffMs: [30], leaseMs: 60_000 };
const statuses: ServiceStatus[] = ['sent', 'delivered', 'read'];

let store: TestStore;
let receiver: Receiver;
let senders: NoticeSender[];
let key: RingKey;
beforeAll(async () => {
  store = await openTestStore();
  await store.build([statusNoticesModel(store.connection)] as never);
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(async () => {
  receiver = await openReceiver();
  senders = [];
  key = newKey(`${receiver.url}/status`);
});
afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.stop()));
  await receiver[Symbol.asyncDispose]();
  await notices().deleteMany({});
});

const notices = () => statusNoticesModel(store.connection);
function newKey(statusUrl: string | null): RingKey {
  const _id = new Types.ObjectId();
  return { _id, companyId, statusUrl, isActive: true, webhookSecret: 'shown once' } as RingKey;
}
function start(keys = [key], timing = quick): NoticeSender {
  const sender = startNoticeSender({
    notices: notices(),
    keyOf: async (id) => keys.find(({ _id }) => _id.equals(id)) ?? null,
    poster: createNoticePoster({ allowsPrivate: true, timeoutMs: 1_000 }),
    logger: silent,
    timing,
  });
  senders.push(sender);
  return sender;
}
const outbox = (keys = [key]) =>
  createStatusOutbox({
    notices: notices(),
    statusUrlOf: async (id) => keys.find(({ _id }) => _id.equals(id))?.statusUrl ?? null,
    wake: () => undefined,
  });
const messageOf = (by: RingKey | null, statusUrl: string | null = null) => ({
  _id: new Types.ObjectId(),
  companyId,
  keyId: by?._id ?? null,
  clientMessageId: 'order-1',
  statusUrl,
  callbackData: 'тёплый "чай"',
});
const moveOf = (sequence: number) => ({
  sequence,
  status: statuses[sequence - 1] as ServiceStatus,
  at: new Date('2026-11-24T10:00:00Z'),
  code: null,
});
const toldOf = (messageId: Types.ObjectId) =>
  receiver.received.filter(({ notice }) => notice.messageId === messageId.toHexString());

it('tells a move once, signed so that the receiver can check it by the shown secret', async () => {
  const message = messageOf(key);
  start();
  await Promise.all(Array.from({ length: 10 }, () => outbox().enqueue(message, moveOf(1))));
  const post = await until('the post', () => receiver.received[0]);
  const id = message._id.toHexString();
  expect(post.notice).toEqual({
    id: `${id}-1`,
    messageId: id,
    clientMessageId: 'order-1',
    sequence: 1,
    status: 'sent',
    at: '2026-11-24T10:00:00.000Z',
    code: null,
    callbackData: 'тёплый "чай"',
  });
  const [, time, signature] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(post.headers['notify-inbox-signature'])) ?? [];
  expect(Math.abs(Number(time) * 1000 - Date.now())).toBeLessThan(10_000);
  expect(createHmac('sha256', 'shown once').update(`${time}.${post.text}`).digest('hex')).toBe(signature);
  await until('all told', async () => (await notices().countDocuments({ dueAt: { $exists: true } })) === 0);
  expect(toldOf(message._id)).toHaveLength(1);
});

it('tells the moves of a message in order, the next only after the one before has arrived', async () => {
  let failures = 2;
  receiver.answer = (_post, res) => res.writeHead(failures-- > 0 ? 500 : 200).end();
  const message = messageOf(key);
  await Promise.all([3, 1, 2].map((sequence) => outbox().enqueue(message, moveOf(sequence))));
  start();
  start();
  await until('three arrived', () => toldOf(message._id).length >= 5);
  expect(toldOf(message._id).map(({ notice }) => notice.sequence)).toEqual([1, 1, 1, 2, 3]);
});

it('posts each of many moves once when two processes share the work', async () => {
  start();
  start();
  const messages = Array.from({ length: 60 }, () => messageOf(key));
  await Promise.all(
    messages.flatMap((message) => [1, 2, 3].map((sequence) => outbox().enqueue(message, moveOf(sequence)))),
  );
  await until('all told', async () => (await notices().countDocuments({ dueAt: { $exists: true } })) === 0);
  for (const { _id } of messages)
    expect(
      toldOf(_id)
        .map(({ notice }) => notice.sequence)
        .sort(),
    ).toEqual([1, 2, 3]);
});

it('gives a move up after its day and goes on to the next, and tells it again when asked', async () => {
  let isAway = true;
  receiver.answer = ({ notice }, res) => res.writeHead(isAway && notice.sequence === 1 ? 503 : 200).end();
  const message = messageOf(key);
  await outbox().enqueue(message, moveOf(1));
  await outbox().enqueue(message, moveOf(2));
  await notices().updateOne({ _id: message._id }, { $set: { 'moves.0.giveUpAt': new Date(Date.now() - 1) } });
  start();
  await until('the second', () => toldOf(message._id).some(({ notice }) => notice.sequence === 2));
  const failed = await until('the log', async () => {
    const lines = await listNotices(notices(), key._id, 'failed');
    return lines.length === 1 && lines;
  });
  expect(failed).toMatchObject([
    { sequence: 1, attempts: 1, nextAttemptAt: null, log: [{ httpStatus: 503, problem: 'answered' }] },
  ]);
  isAway = false;
  const again = { keyId: key._id, messageId: message._id, sequence: 1 };
  expect(await sendAgain(notices(), { ...again, keyId: new Types.ObjectId() })).toBe(false);
  expect(await sendAgain(notices(), again)).toBe(true);
  await until('told again', async () => (await listNotices(notices(), key._id, 'delivered')).length === 2);
});

it('forgets no move that comes at the moment when the one before has just been told', async () => {
  const messages = Array.from({ length: 60 }, () => messageOf(key));
  const coming: Promise<void>[] = [];
  receiver.answer = ({ notice }, res) => {
    res.writeHead(200).end();
    const message = messages.find(({ _id }) => _id.toHexString() === notice.messageId);
    if (message && notice.sequence < 3)
      coming.push(
        (async () => {
          // Somewhere around the sender's own two writes after this answer.
          for (let turn = Math.random() * 12; turn > 0; turn -= 1) await new Promise(setImmediate);
          await outbox().enqueue(message, moveOf(notice.sequence + 1));
        })(),
      );
  };
  start([key], { ...quick, pollMs: 5 });
  await Promise.all(messages.map((message) => outbox().enqueue(message, moveOf(1))));
  await until('all told', () => receiver.received.length === 180, { timeoutMs: 8_000 });
  await Promise.all(coming);
  for (const { _id } of messages) expect(toldOf(_id).map(({ notice }) => notice.sequence)).toEqual([1, 2, 3]);
});

it("prefers the message's own address, and keeps nothing when nobody asked", async () => {
  const silentKey = newKey(null);
  start([silentKey]);
  const own = messageOf(silentKey, `${receiver.url}/own`);
  await outbox([silentKey]).enqueue(messageOf(silentKey), moveOf(1));
  await outbox([silentKey]).enqueue(messageOf(null, `${receiver.url}/own`), moveOf(1));
  await outbox([silentKey]).enqueue(own, moveOf(1));
  await until('the post', () => receiver.received.length === 1);
  expect(receiver.received[0]?.path).toBe('/own');
  expect(await notices().countDocuments({})).toBe(1);
});

it('lets a system that hangs keep no other waiting', async () => {
  const hanging = newKey(`${receiver.url}/hangs`);
  receiver.answer = ({ path }, res) => {
    if (path !== '/hangs') res.writeHead(200).end();
  };
  const stuck = Array.from({ length: 40 }, () => messageOf(hanging));
  await Promise.all(stuck.map((message) => outbox([hanging]).enqueue(message, moveOf(1))));
  start([hanging, key], { ...quick, backoffMs: [60_000] });
  await until('some hang', () => receiver.received.length >= 4);
  const startedMs = Date.now();
  const message = messageOf(key);
  await outbox().enqueue(message, moveOf(1));
  await until('the other is told', () => toldOf(message._id).length === 1);
  expect(Date.now() - startedMs).toBeLessThan(900);
});

it('takes up what a dead process held, under the same id', async () => {
  const message = messageOf(key);
  await outbox().enqueue(message, moveOf(1));
  await notices().updateOne(
    { _id: message._id },
    { $set: { claimId: new Types.ObjectId(), leaseUntil: new Date(Date.now() + 300) } },
  );
  start();
  const post = await until('the post', () => toldOf(message._id)[0]);
  expect(post.notice.id).toBe(`${message._id.toHexString()}-1`);
});

it('follows no redirect', async () => {
  receiver.answer = ({ path }, res) =>
    path === '/status' ? res.writeHead(302, { location: `${receiver.url}/elsewhere` }).end() : res.end();
  await outbox().enqueue(messageOf(key), moveOf(1));
  start([key], { ...quick, backoffMs: [60_000] });
  const [line] = await until('the log', async () => {
    const lines = await listNotices(notices(), key._id);
    return lines[0]?.attempts === 1 && lines;
  });
  expect(line?.log[0]).toMatchObject({ httpStatus: 302, problem: 'redirects' });
  expect(receiver.received.map(({ path }) => path)).toEqual(['/status']);
});
