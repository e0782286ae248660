/** Each write of the notices fails once: every status arrives in order, and twice only under the same id. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RingKey } from '../../../server/apiKeys/keyRing.ts';
import { createStatusOutbox } from '../../../server/statusWebhooks/enqueue.ts';
import { listNotices, sendAgain } from '../../../server/statusWebhooks/noticeLog.ts';
import { startNoticeSender } from '../../../server/statusWebhooks/noticeSender.ts';
import { createNoticePoster } from '../../../server/statusWebhooks/postNotice.ts';
import { statusNoticesModel } from '../../../server/statusWebhooks/statusNotices.model.ts';
import { failEachWrite, failEachWriteOfLoop } from '../../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { silent } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { openReceiver, type Receiver } from './receiver.ts';

/** A write that fails inside the sender leaves its claim, which ends after this time. */
const LEASE_MS = 300;
let store: FaultyStore;
let receiver: Receiver;
let key: RingKey;
beforeAll(async () => {
  store = await openFaultyStore();
  await store.build([statusNoticesModel(store.connection)] as never);
  receiver = await openReceiver();
  const statusUrl = `${receiver.url}/status`;
  key = { _id: new Types.ObjectId(), statusUrl, isActive: true, webhookSecret: 'secret' } as RingKey;
});
afterAll(async () => {
  await receiver?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
});

const notices = () => statusNoticesModel(store.connection);
const begin = () => new Types.ObjectId();
const statuses = ['sent', 'delivered'] as const;

async function enqueue(messageId: Types.ObjectId): Promise<void> {
  const outbox = createStatusOutbox({
    notices: notices(),
    statusUrlOf: async () => key.statusUrl,
    wake: () => undefined,
  });
  const message = {
    _id: messageId,
    companyId: new Types.ObjectId(),
    keyId: key._id,
    clientMessageId: null,
    statusUrl: null,
    callbackData: null,
  };
  for (const [at, status] of statuses.entries())
    await outbox.enqueue(message, { sequence: at + 1, status, at: new Date(), code: null });
}

async function post(messageId: Types.ObjectId): Promise<void> {
  const sender = startNoticeSender({
    notices: notices(),
    keyOf: async () => key,
    poster: createNoticePoster({ allowsPrivate: true, timeoutMs: 1_000 }),
    logger: silent,
    timing: { leaseMs: LEASE_MS, pollMs: LEASE_MS, backoffMs: [20] },
  });
  try {
    await until('no notice to wait', async () => {
      const stored = await statusNoticesModel(store.direct).findById(messageId).lean();
      return stored && stored.dueAt === undefined && stored.claimId === null;
    });
  } finally {
    await sender.stop();
  }
}

const arrived = (messageId: Types.ObjectId) =>
  receiver.received
    .filter(({ notice }) => notice.messageId === messageId.toHexString())
    .map(({ notice }) => notice.id);

it('are queued once', async () => {
  await failEachWrite(store.proxy, {
    begin,
    work: enqueue,
    async check(messageId) {
      const { moves } = await statusNoticesModel(store.direct).findById(messageId).orFail().lean();
      expect(moves.map(({ sequence, status }) => [sequence, status])).toEqual([
        [1, 'sent'],
        [2, 'delivered'],
      ]);
      await statusNoticesModel(store.direct).deleteOne({ _id: messageId });
    },
  });
});

it('are posted in order', async () => {
  await failEachWriteOfLoop(store.proxy, {
    async begin() {
      const messageId = new Types.ObjectId();
      await enqueue(messageId);
      return messageId;
    },
    work: post,
    async check(messageId) {
      const stored = await statusNoticesModel(store.direct).findById(messageId).orFail().lean();
      expect(stored.moves.map(({ sequence, state }) => ({ sequence, state }))).toEqual([
        { sequence: 1, state: 'delivered' },
        { sequence: 2, state: 'delivered' },
      ]);
      // A post whose answer was not stored is repeated with its id.
      expect([...new Set(arrived(messageId))]).toEqual(
        [1, 2].map((sequence) => `${messageId.toHexString()}-${sequence}`),
      );
    },
  });
});

it('are sent again once when an administrator asks, who does not hear that there is none', async () => {
  await failEachWrite(store.proxy, {
    async begin() {
      const messageId = new Types.ObjectId();
      await enqueue(messageId);
      await statusNoticesModel(store.direct).updateOne(
        { _id: messageId },
        { $set: { 'moves.$[].state': 'failed' }, $unset: { dueAt: 1 } },
      );
      return messageId;
    },
    work: (messageId) => sendAgain(notices(), { keyId: key._id, messageId, sequence: 1 }),
    async check(messageId, isQueued) {
      expect(isQueued).toBe(true);
      const log = await listNotices(statusNoticesModel(store.direct), key._id);
      const own = log.filter((each) => each.messageId === messageId.toHexString());
      expect(own.map(({ state, attempts }) => ({ state, attempts }))).toEqual([
        { state: 'waiting', attempts: 0 },
        { state: 'failed', attempts: 0 },
      ]);
    },
  });
});
