import { Types } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Receipt, tryKeyOf } from '../../server/serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../../server/serviceMessages/serviceMessage.model.ts';
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
const networksOf = () => network.accepted.map(({ community }) => community.network);
const unitsLeft = async (phoneIndex: string) => ({
  vk: (await sending.quota.left(new Types.ObjectId(sending.vk.id), phoneIndex)).left,
  ok: (await sending.quota.left(new Types.ObjectId(sending.ok.id), phoneIndex)).left,
});

describe('N24: the networks of the route are tried in order', () => {
  it('goes through VK alone when VK accepts it', async () => {
    const message = await sending.sendOne();
    await sending.work();
    expect(networksOf()).toEqual(['vk']);
    expect(await unitsLeft(message.phoneIndex)).toEqual({ vk: 4, ok: 5 });
  });

  it('continues to Odnoklassniki when VK refuses, and uses one unit in each network tried', async () => {
    network.behaves.vk = 'refuses';
    const message = await sending.sendOne();
    await sending.work();
    const now = await sending.read(message);
    expect(now).toMatchObject({ status: 'sent', sequence: 1 });
    expect(now.history.map(({ status, network, isApplied }) => [status, network, isApplied])).toEqual([
      ['queued', null, true],
      ['undelivered', 'vk', false],
      ['sent', 'ok', true],
    ]);
    expect(await unitsLeft(message.phoneIndex)).toEqual({ vk: 4, ok: 4 });
  });

  it('continues when VK reports it undelivered later, and keeps one history of statuses', async () => {
    const message = await sending.sendOne();
    await sending.work();
    await sending.receipts.record([report(message, 'vk', 'undelivered')]);
    await sending.work();
    expect(networksOf()).toEqual(['vk', 'ok']);
    expect(await sending.read(message)).toMatchObject({ status: 'sent', sequence: 1 });
    await sending.receipts.record([report(message, 'ok', 'delivered'), report(message, 'vk', 'undelivered')]);
    expect(await sending.read(message)).toMatchObject({ status: 'delivered', sequence: 2 });
  });

  it('releases every unit when no network reaches the client', async () => {
    network.behaves = { vk: 'refuses', ok: 'refuses' };
    const message = await sending.sendOne();
    await sending.work();
    expect(await sending.read(message)).toMatchObject({ status: 'undelivered', endCode: 'notInNetwork' });
    expect(await unitsLeft(message.phoneIndex)).toEqual({ vk: 5, ok: 5 });
    expect(sending.notified).toEqual([
      { messageId: message._id.toHexString(), sequence: 1, status: 'undelivered' },
    ]);
  });

  it('releases the next network’s unit when the previous network delivers after all', async () => {
    const message = await sending.sendOne();
    await sending.work();
    await sending.receipts.record([report(message, 'vk', 'undelivered')]);
    expect(await unitsLeft(message.phoneIndex)).toEqual({ vk: 4, ok: 4 });
    await sending.receipts.record([report(message, 'vk', 'delivered')]);
    expect(networksOf()).toEqual(['vk']);
    vi.setSystemTime(Date.now() + 20 * 60_000);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'delivered' });
    expect(await unitsLeft(message.phoneIndex)).toEqual({ vk: 4, ok: 5 });
  });

  it('does not continue when no time is left', async () => {
    const message = await sending.sendOne({ ttlSeconds: 15 });
    await sending.work();
    vi.setSystemTime(Date.now() + 14_500);
    await sending.receipts.record([report(message, 'vk', 'undelivered')]);
    expect(await sending.read(message)).toMatchObject({ status: 'undelivered' });
    expect(networksOf()).toEqual(['vk']);
  });

  it('skips a network whose quota the client has used up', async () => {
    for (let n = 0; n < 5; n += 1) await sending.sendOne({ route: ['ok'] });
    network.behaves.vk = 'refuses';
    const message = await sending.sendOne();
    await sending.work();
    expect(await sending.read(message)).toMatchObject({ status: 'undelivered', endCode: 'quotaSpent' });
    expect(await unitsLeft(message.phoneIndex)).toEqual({ vk: 5, ok: 0 });
  });

  it('uses the requested order, among the template’s networks', async () => {
    await sending.sendOne({ route: ['ok', 'vk'] });
    await sending.work();
    expect(networksOf()).toEqual(['ok']);
    await sending.approve('onlyVk', { networks: ['vk'] });
    expect(await sending.send({ template: 'onlyVk', route: ['ok'] })).toEqual({
      kind: 'refused',
      refusal: { code: 'routeUnavailable', field: 'route' },
    });
  });

  it('skips a community that is switched off', async () => {
    await sending.communities.updateOne({ _id: sending.vk.id }, { $set: { isEnabled: false } });
    await sending.sendOne();
    await sending.work();
    expect(networksOf()).toEqual(['ok']);
  });
});

function report(message: ServiceMessage, network: 'vk' | 'ok', status: 'delivered' | 'undelivered'): Receipt {
  const { communityId } = message.route.find((each) => each.network === network)!;
  const code = status === 'undelivered' ? 'noActiveDevice' : null;
  return {
    communityId,
    externalId: null,
    tryKey: tryKeyOf(message._id, network),
    status,
    at: new Date(),
    code,
    networkCode: null,
    source: 'receipt',
  };
}
