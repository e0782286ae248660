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

describe('N19: what is not delivered in time has expired', () => {
  it('is never sent after its time, and gives its unit back', async () => {
    network.behaves.vk = 'later';
    const message = await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    await sending.work();
    network.behaves.vk = 'takes';
    pass(15);
    await sending.work();
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'expired', endCode: 'ttlExpired' });
    expect(network.taken).toEqual([]);
    expect(await sending.quota.left(message.communityId, message.phoneIndex)).toMatchObject({ left: 5 });
  });

  it('is not sent when less than a second is left', async () => {
    const message = await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    pass(14.5);
    await sending.work();
    expect(network.asked).toEqual([]);
    expect(await sending.read(message)).toMatchObject({ status: 'expired' });
  });

  it('tells a network no less than it takes, and sends nothing that it would then deliver too late', async () => {
    network.leastTtlSeconds = 15;
    await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    pass(1.5);
    await sending.work();
    expect(network.taken.map(({ ttlSeconds }) => ttlSeconds)).toEqual([15]);
    const late = await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    pass(2.5);
    await sending.work();
    expect(network.taken).toHaveLength(1);
    expect(await sending.read(late)).toMatchObject({ status: 'expired' });
  });

  it('tells the network the whole seconds that are left', async () => {
    await sending.sendOne({ ttlSeconds: 60, route: ['vk'] });
    pass(17.4);
    await sending.work();
    expect(network.taken.map(({ ttlSeconds }) => ttlSeconds)).toEqual([42]);
  });

  it('expires what the network took and did not deliver, a while after its time', async () => {
    const message = await sending.sendOne({ ttlSeconds: 60, route: ['vk'] });
    await sending.work();
    pass(61);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'sent' });
    pass(60);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'expired' });
    expect(await sending.quota.left(message.communityId, message.phoneIndex)).toMatchObject({ left: 5 });
  });

  it('takes a delivery in time that is told late, and calls one after its time expired', async () => {
    const [inTime, late] = [
      await sending.sendOne({ ttlSeconds: 60, route: ['vk'] }),
      await sending.sendOne({ ttlSeconds: 60, route: ['vk'] }),
    ];
    await sending.work();
    const due = new Date(inTime.expiresAt);
    pass(80);
    const told = (of: typeof inTime, at: Date) => ({
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
      told(inTime, new Date(due.getTime() - 1000)),
      told(late, new Date(due.getTime() + 10_000)),
    ]);
    expect(await sending.read(inTime)).toMatchObject({ status: 'delivered' });
    expect(await sending.read(late)).toMatchObject({ status: 'expired' });
  });

  it('counts the time of a message that is planned from the moment it may go', async () => {
    const sendAt = new Date(Date.now() + 3600_000).toISOString();
    const message = await sending.sendOne({ ttlSeconds: 15, sendAt, route: ['vk'] });
    pass(3599);
    await sending.work();
    expect(network.taken).toEqual([]);
    pass(2);
    await sending.work();
    expect(network.taken).toHaveLength(1);
    expect(message.expiresAt.toISOString()).toBe(new Date(Date.parse(sendAt) + 15_000).toISOString());
  });

  it('does not expire what a network that reports nothing has taken', async () => {
    network.reportsDelivery = false;
    const message = await sending.sendOne({ ttlSeconds: 15, route: ['vk'] });
    await sending.work();
    pass(3600);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'sent' });
  });
});
