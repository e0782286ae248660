import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SendingFixture, startSending } from '../server/serviceMessages/sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from '../server/serviceMessages/steeredNetwork.ts';

let network: SteeredNetwork;
let sending: SendingFixture;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1, 12) });
  network = steeredNetwork();
  sending = await startSending({ channels: network.channels });
});
afterEach(async () => {
  await sending[Symbol.asyncDispose]();
  vi.useRealTimers();
});
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

describe('N19: a message that is not delivered in time expires', () => {
  it('is never sent after its time, and releases its unit', async () => {
    network.behaves.vk = 'later';
    const message = await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    await sending.work();
    network.behaves.vk = 'takes';
    pass(15);
    await sending.work();
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'expired', endCode: 'ttlExpired' });
    expect(network.accepted).toEqual([]);
    expect(await sending.quota.left(message.communityId, message.phoneIndex)).toMatchObject({ left: 5 });
  });

  it('is not sent when less than a second is left', async () => {
    const message = await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    pass(14.5);
    await sending.work();
    expect(network.asked).toEqual([]);
    expect(await sending.read(message)).toMatchObject({ status: 'expired' });
  });

  it('never tells a network more time than is left, except the fraction of a second that accepting took', async () => {
    network.leastTtlSeconds = 15;
    await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    pass(0.9);
    await sending.work();
    expect(network.accepted.map(({ ttlSeconds }) => ttlSeconds)).toEqual([15]);
    const late = await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    pass(1.1);
    await sending.work();
    expect(network.accepted).toHaveLength(1);
    expect(await sending.read(late)).toMatchObject({ status: 'expired' });
    expect(await sending.quota.left(late.communityId, late.phoneIndex)).toMatchObject({ left: 4 });
  });

  it('gives the network the whole seconds that are left', async () => {
    await sending.sendOne({ ttlSeconds: 60, route: ['vk'] });
    pass(17.4);
    await sending.work();
    expect(network.accepted.map(({ ttlSeconds }) => ttlSeconds)).toEqual([42]);
  });

  it('asks for an hour about a message whose delivery nobody reported, then ends it and keeps its unit', async () => {
    const message = await sending.sendOne({ ttlSeconds: 60, route: ['vk'] });
    await sending.work();
    pass(61);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'sent' });
    pass(60);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'sent' });
    pass(3600);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'expired', endCode: 'outcomeUnknown' });
    // The client may have it.
    expect(await sending.quota.left(message.communityId, message.phoneIndex)).toMatchObject({ left: 4 });
  });

  it('counts a late report of a timely delivery as delivered, and a late delivery as expired', async () => {
    const [inTime, late] = [
      await sending.sendOne({ ttlSeconds: 60, route: ['vk'] }),
      await sending.sendOne({ ttlSeconds: 60, route: ['vk'] }),
    ];
    await sending.work();
    const due = new Date(inTime.expiresAt);
    pass(80);
    const receiptFor = (of: typeof inTime, at: Date) => ({
      communityId: of.communityId,
      externalId: null,
      tryKey: `${of._id.toHexString()}.vk`,
      status: 'delivered' as const,
      at,
      code: null,
      networkCode: null,
      source: 'receipt' as const,
    });
    await sending.receipts.record([
      receiptFor(inTime, new Date(due.getTime() - 1000)),
      receiptFor(late, new Date(due.getTime() + 10_000)),
    ]);
    expect(await sending.read(inTime)).toMatchObject({ status: 'delivered' });
    expect(await sending.read(late)).toMatchObject({ status: 'expired' });
  });

  it('counts the time of a scheduled message from its scheduled moment', async () => {
    const sendAt = new Date(Date.now() + 3600_000).toISOString();
    const message = await sending.sendOne({ ttlSeconds: 15, sendAt, route: ['vk'] });
    pass(3599);
    await sending.work();
    expect(network.accepted).toEqual([]);
    pass(2);
    await sending.work();
    expect(network.accepted).toHaveLength(1);
    expect(message.expiresAt.toISOString()).toBe(new Date(Date.parse(sendAt) + 15_000).toISOString());
  });

  it('does not expire a message accepted by a network that reports no deliveries', async () => {
    network.reportsDelivery = false;
    const message = await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    await sending.work();
    pass(3600);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'sent' });
  });
});
