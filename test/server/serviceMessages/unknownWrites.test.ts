/** Each write of sending and of a report fails once, in each way: the message is sent once, and all follows from it. */
import { Error as MongooseError } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createTransitionCounter } from '../../../server/deliveryReports/countTransitions.ts';
import { deliveryCountModels } from '../../../server/deliveryReports/deliveryCounts.model.ts';
import { sumOpen } from '../../../server/deliveryReports/sumHours.ts';
import { quotaLimits } from '../../../server/serviceMessages/quota/quota.ts';
import { tryKeyOf } from '../../../server/serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../../../server/serviceMessages/serviceMessage.model.ts';
import { createPhoneReportRecorder } from '../../../server/serviceMessages/statuses/recordPhoneReports.ts';
import type { TransitionedMessage } from '../../../server/serviceMessages/statuses/statusEffects.ts';
import { failEachWrite } from '../../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { writesTo } from '../../support/storeProxy.ts';
import { type SendingFixture, startSending } from './sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from './steeredNetwork.ts';

let store: FaultyStore;
let network: SteeredNetwork;
let sending: SendingFixture;
let counts: ReturnType<typeof deliveryCountModels>;
let clients = 0;

beforeAll(async () => {
  store = await openFaultyStore();
  network = steeredNetwork();
  counts = deliveryCountModels(store.connection);
  const { onTransition } = createTransitionCounter(counts);
  sending = await startSending({ channels: network.channels, store, listeners: [onTransition] });
  await store.build(Object.values(counts) as never);
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 25, 12) });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => sending?.[Symbol.asyncDispose]());

const phoneOf = () => `+7999000${String(1000 + clients++)}`;
const accepted = () =>
  sending.sendOne({ phone: phoneOf(), deliveryPolicy: 'verifiedPhone', ttlSeconds: 86_400 });
/** What was left unfinished is taken up when its lease has run out. */
const notYet = () => {
  vi.setSystemTime(Date.now() + 200_000);
  return new MongooseError.MongooseServerSelectionError('unfinished');
};

async function expectSettled(message: ServiceMessage, statuses: string[]): Promise<void> {
  const stored = await sending.read(message);
  const applied = stored.history.filter(({ isApplied }) => isApplied);
  expect(applied.map(({ status }) => status)).toEqual(statuses);
  expect(await sending.openTransitions.countDocuments({ messageIds: message._id })).toBe(0);
  const told = sending.notified.filter(({ messageId }) => messageId === message._id.toHexString());
  expect([...new Set(told.map(({ status }) => status))]).toEqual(statuses.slice(1));
  const handed = network.accepted.filter(({ messageId }) => messageId === message._id.toHexString());
  expect(handed.map(({ timesHanded }) => timesHanded)).toEqual([1]);
  const [unit] = message.route;
  const { left } = await sending.quota.left(unit!.communityId, message.phoneIndex);
  expect(left).toBe(quotaLimits.unitsPerWindow - 1);
}

it('sends each message once, with one unit, and counts and tells it', async () => {
  await failEachWrite(store.proxy, {
    begin: accepted,
    async work(message) {
      await sending.work();
      await sending.tend();
      const { status } = await sending.read(message);
      if (status !== 'sent' || (await sending.openTransitions.countDocuments()) > 0) throw notYet();
    },
    check: (message) => expectSettled(message, ['queued', 'sent']),
  });
});

it('records a delivery once, and what it says of the phone', async () => {
  await failEachWrite(store.proxy, {
    async begin() {
      const message = await accepted();
      await sending.work();
      await sending.tend();
      return message;
    },
    async work(message) {
      const { network: toNetwork, communityId } = message.route[0]!;
      await sending.receipts.record([
        {
          communityId,
          externalId: null,
          tryKey: tryKeyOf(message._id, toNetwork),
          status: 'delivered',
          at: new Date(),
          code: null,
          networkCode: null,
          source: 'receipt',
        },
      ]);
      await sending.tend();
      if ((await sending.openTransitions.countDocuments()) > 0) throw notYet();
    },
    async check(message) {
      await expectSettled(message, ['queued', 'sent', 'delivered']);
      const reports = await sending.phoneReports.find({ phoneIndex: message.phoneIndex }).lean();
      expect(reports.map(({ said }) => said)).toEqual(['confirmed']);
    },
  });
});

it('counts each transition once in the sums of its hour', async () => {
  await store.direct.collection('deliveryCounted').deleteMany({});
  await store.direct.collection('deliveryHours').deleteMany({});
  let messages = 0;
  await failEachWrite(store.proxy, {
    async begin() {
      messages += 1;
      await accepted();
      await sending.work();
      await sending.tend();
    },
    work: () => sumOpen({ ...counts, openTransitions: sending.openTransitions }),
    async check() {
      const [hour] = await counts.deliveryHours.find().lean<{ counts: Record<string, number> }[]>();
      expect(hour?.counts.sent).toBe(messages);
    },
  });
});

it('keeps the newest of two first reports on one phone, though the two raced', async () => {
  const recorder = createPhoneReportRecorder(sending);
  const reported = (code: 'phoneMoved' | null, at: Date): TransitionedMessage[] => [
    {
      companyId: sending.companyId,
      phoneIndex: 'raced',
      deliveryPolicy: 'verifiedPhone',
      history: [
        {
          status: code ? 'undelivered' : 'delivered',
          source: 'receipt',
          network: 'vk',
          at,
          ...(code && { code }),
        },
      ],
    } as unknown as TransitionedMessage,
  ];
  await recorder.onTransition(reported(null, new Date('2026-11-25T10:00Z')));
  // The older report was inserted between the newer one's look and its insert.
  store.proxy.fail({ kind: 'racedUpsert', work: 'undone' }, { of: writesTo('phoneReports'), times: 1 });
  await recorder.onTransition(reported('phoneMoved', new Date('2026-11-25T11:00Z')));
  expect(store.proxy.heal()).toBe(1);
  const reports = await sending.phoneReports.find({ phoneIndex: 'raced' }).lean();
  expect(reports.map(({ said }) => said)).toEqual(['moved']);
});
