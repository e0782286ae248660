/** What decides right before and after a call (ADR 18), with a network that takes its time. */
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { claimDue, findDue } from '../../../../server/serviceMessages/sending/claimBatch.ts';
import { keepClaim } from '../../../../server/serviceMessages/sending/liveClaim.ts';
import { usualSendingTimes } from '../../../../server/serviceMessages/sending/sendingTimes.ts';
import type { Preparation } from '../../../../server/serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../../../../server/serviceMessages/serviceMessage.model.ts';
import { startStopwatch } from '../../../../server/work/stopwatch.ts';
import { silent } from '../../../support/store.ts';
import { type SendingFixture, startSending } from '../sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from '../steeredNetwork.ts';

let network: SteeredNetwork;
let sending: SendingFixture;
/** When false, no channel can send for any community. */
let hasChannel = true;
/** How often a channel was chosen, which reads the community and its gateway. */
let chosen = 0;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  network = steeredNetwork();
  const { forCommunity } = network.channels;
  sending = await startSending({
    channels: {
      forCommunity: async (ref) => {
        chosen += 1;
        return hasChannel ? forCommunity(ref) : null;
      },
    },
  });
  await sending.approve('withImages');
});
afterAll(async () => {
  await sending?.[Symbol.asyncDispose]();
  vi.useRealTimers();
});
beforeEach(() => {
  network.asUsual();
  hasChannel = true;
});
afterEach(() => sending.clear());

const { claimLeaseMs, callMostMs } = usualSendingTimes;
const HOUR_S = 3600;
const passMs = (ms: number) => vi.setSystemTime(Date.now() + ms);
const pass = (seconds: number) => passMs(seconds * 1000);
const send = (ttlSeconds: number) => sending.sendOne({ ttlSeconds, route: ['vk'] });
const unitsLeft = async ({ communityId, phoneIndex }: ServiceMessage) =>
  (await sending.quota.left(communityId, phoneIndex)).left;
/** All units of the phone are back, but for the one that was reserved. */
const [ALL, ONE_TAKEN] = [5, 4];

it('chooses a channel for a community only when something is due there', async () => {
  chosen = 0;
  expect(await sending.nextBatch(sending.vk)).toBeNull();
  expect(chosen).toBe(0);
  await send(HOUR_S);
  await (await sending.nextBatch(sending.vk))!.run();
  expect(chosen).toBe(1);
  expect(network.accepted).toHaveLength(1);
});

it('sends nothing whose time ends between the claim and the call', async () => {
  const message = await send(15);
  network.beforeGuard = () => void pass(14.5);
  await sending.work();
  expect(network.asked).toEqual([]);
  expect(await sending.read(message)).toMatchObject({ status: 'expired', endCode: 'ttlExpired' });
  expect(await unitsLeft(message)).toBe(ALL);
});

it('tells the network the time that is left at the call, not at the claim', async () => {
  await send(60);
  network.beforeGuard = () => void pass(7.4);
  await sending.work();
  expect(network.accepted.map(({ ttlSeconds }) => ttlSeconds)).toEqual([52]);
});

it('sends nothing when it slept past its claim, although nobody else has claimed the message', async () => {
  const message = await send(HOUR_S);
  network.beforeGuard = () => {
    network.beforeGuard = () => undefined;
    passMs(claimLeaseMs);
  };
  const batch = await sending.nextBatch(sending.vk);
  await batch!.run();
  expect(network.asked).toEqual([]);
  expect(await sending.read(message)).toMatchObject({ status: 'queued', outbox: { phase: 'waiting' } });
  await sending.work();
  expect(network.accepted.map(({ timesHanded }) => timesHanded)).toEqual([1]);
});

it('keeps back a fifth of the lease for clocks that differ', async () => {
  const message = await send(HOUR_S);
  // Long, so that no renewal falls into the test.
  const lease = { claimId: new Types.ObjectId(), leaseMs: HOUR_S * 1000, ageMs: startStopwatch() };
  const claim = keepClaim({ ...sending, logger: silent }, { ...lease, messages: [message] });
  try {
    expect(claim.holds(new Types.ObjectId())).toBe(false);
    pass(0.79 * HOUR_S);
    expect(claim.holds(message._id)).toBe(true);
    pass(0.02 * HOUR_S);
    expect(claim.holds(message._id)).toBe(false);
  } finally {
    await claim.stop();
  }
});

it('leaves a message to the process that took it over during the sleep', async () => {
  network.settleMs = 10_000;
  await send(HOUR_S);
  network.beforeGuard = async () => {
    network.beforeGuard = () => undefined;
    passMs(claimLeaseMs + 1);
    // The other process finds nothing at the network, but a call may still be under way.
    await sending.work();
    passMs(callMostMs + network.settleMs);
    await sending.work();
  };
  await sending.work();
  expect(network.accepted).toHaveLength(1);
  expect(network.asked).toHaveLength(1);
});

it('claims no message for sending that another process has handed over since it was found', async () => {
  const { serviceMessages } = sending;
  const { communityId } = await send(HOUR_S);
  const found = await findDue(serviceMessages, communityId, { limit: 1, now: new Date() });
  network.behaves.vk = 'callerDiesAfter';
  await sending.work();
  expect(network.accepted).toHaveLength(1);
  passMs(claimLeaseMs + 1);
  expect(found).toHaveLength(1);
  expect((await claimDue(serviceMessages, found, usualSendingTimes)).messages).toEqual([]);
});

it('does not trust a look-up while a call may still be under way, and keeps what that call brought', async () => {
  network.settleMs = 10_000;
  const message = await send(HOUR_S);
  network.whileCalling = async () => {
    network.whileCalling = () => undefined;
    passMs(claimLeaseMs + 1);
    await sending.work();
    passMs(callMostMs - 2);
    await sending.work();
  };
  await sending.work();
  expect(network.accepted.map(({ timesHanded }) => timesHanded)).toEqual([1]);
  const [{ externalId } = {}] = network.accepted;
  expect(await sending.read(message)).toMatchObject({ status: 'sent', tries: [{ externalId }] });
});

it('keeps a message that may have been sent, and its unit, until it was looked up', async () => {
  network.behaves.vk = 'takesSilently';
  const message = await send(15);
  await sending.work();
  pass(90);
  await sending.tend();
  expect(await sending.read(message)).toMatchObject({ status: 'queued', outbox: { phase: 'calling' } });
  expect(await unitsLeft(message)).toBe(ONE_TAKEN);
  await sending.work();
  await sending.tend();
  expect(await sending.read(message)).toMatchObject({ status: 'sent' });
});

it('expires what the network does not have once that is certain, and releases its unit', async () => {
  network.settleMs = 10_000;
  network.behaves.vk = 'callerDiesBefore';
  const message = await send(15);
  await sending.work();
  network.behaves.vk = 'takes';
  passMs(claimLeaseMs + 1);
  await sending.work();
  expect(await sending.read(message)).toMatchObject({ status: 'queued' });
  passMs(callMostMs + network.settleMs);
  await sending.work();
  expect(await sending.read(message)).toMatchObject({ status: 'expired', endCode: 'ttlExpired' });
  expect(network.accepted).toEqual([]);
  expect(await unitsLeft(message)).toBe(ALL);
});

it.each([
  ['its look-ups fail', () => (network.isMute = true)],
  ['nobody can look it up', () => (hasChannel = false)],
])(
  'ends a message as unknown after an hour in which %s, and counts its unit for a day',
  async (_why, breakIt) => {
    network.behaves.vk = 'takesSilently';
    const message = await send(15);
    await sending.work();
    breakIt();
    pass(0.9 * HOUR_S);
    await sending.work();
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'queued' });
    pass(0.2 * HOUR_S);
    await sending.work();
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'expired', endCode: 'outcomeUnknown' });
    expect(await sending.read(message)).not.toHaveProperty('outbox');
    expect(await unitsLeft(message)).toBe(ONE_TAKEN);
    pass(24 * HOUR_S);
    expect(await unitsLeft(message)).toBe(ALL);
  },
);

it('claims no message whose images are still being uploaded, and sends the others meanwhile', async () => {
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let isReady = false;
  network.prepares = ({ templateName }): Preparation =>
    templateName === 'withImages' && !isReady ? { kind: 'underWay', done } : { kind: 'ready' };
  const slow = await sending.sendOne({ template: 'withImages', ttlSeconds: 60, route: ['vk'] });
  const quick = await send(60);
  await sending.work();
  expect(network.accepted.map(({ messageId }) => messageId)).toEqual([quick._id.toHexString()]);
  expect(await sending.read(slow)).toMatchObject({ outbox: { phase: 'waiting', attempts: 0 } });
  expect(sending.prepared).toEqual([done]);
  finish();
  isReady = true;
  await sending.work();
  expect(network.accepted).toHaveLength(2);
});

it('ends a message whose template the network refuses, without a call', async () => {
  network.prepares = () => ({ kind: 'undelivered', code: 'contentRefused', networkCode: null });
  const message = await send(60);
  await sending.work();
  expect(network.asked).toEqual([]);
  expect(await sending.read(message)).toMatchObject({ status: 'undelivered', endCode: 'contentRefused' });
});
