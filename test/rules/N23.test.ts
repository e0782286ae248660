import { Types } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bondKey } from '../../server/clients/client.model.ts';
import { lastConfirmedAt } from '../../server/clients/phoneReport.model.ts';
import { type Receipt, tryKeyOf } from '../../server/serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../../server/serviceMessages/serviceMessage.model.ts';
import type { Network } from '../../shared/schemas/common.ts';
import { type SendingFixture, startSending } from '../server/serviceMessages/sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from '../server/serviceMessages/steeredNetwork.ts';

const DAY_MS = 86_400_000;
const firstNow = new Date(Date.UTC(2026, 0, 1, 12));
const verified = { deliveryPolicy: 'verifiedPhone', route: ['vk'] } satisfies Parameters<
  SendingFixture['send']
>[0];

let network: SteeredNetwork;
let sending: SendingFixture;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: firstNow });
  network = steeredNetwork();
  sending = await startSending({ channels: network.channels });
});
afterEach(async () => {
  await sending[Symbol.asyncDispose]();
  vi.useRealTimers();
});
const passDays = (days: number) => vi.setSystemTime(Date.now() + days * DAY_MS);

/** Records a gateway's report about a message that it accepted. */
function report(message: ServiceMessage, about: Partial<Receipt>, by: Network = 'vk'): Promise<unknown> {
  return sending.receipts.record([
    {
      communityId: new Types.ObjectId(sending[by].id),
      externalId: null,
      tryKey: tryKeyOf(message._id, by),
      status: 'delivered',
      at: new Date(),
      code: null,
      networkCode: null,
      source: 'receipt',
      ...about,
    },
  ]);
}

/** Sends a message and records the network's report about it. */
async function sendAndReport(about: object, receipt: Partial<Receipt>): Promise<ServiceMessage> {
  const message = await sending.sendOne({ ...verified, ...about });
  await sending.work();
  await report(message, receipt);
  await sending.tend();
  return sending.read(message);
}
const movedReport = { status: 'undelivered', code: 'phoneMoved', networkCode: 'PHONE_MOVED' } as const;

const end = ({ status, endCode, history }: ServiceMessage) => [status, endCode, history.at(-1)!.source];

async function sentOrEnd(about: object = {}) {
  const message = await sending.sendOne({ ...verified, ...about });
  await sending.work();
  return end(await sending.read(message));
}

async function makeClient(about: { phoneConfirmedAt?: Date } = {}) {
  const { phoneIndex } = await sending.sendOne();
  return sending.clients.create({
    companyId: sending.companyId,
    name: 'Anna',
    bonds: [{ key: bondKey('vk', '2001'), network: 'vk', externalUserId: '2001', bondedAt: firstNow }],
    phoneSealed: 'sealed',
    phoneIndex,
    firstSeenAt: firstNow,
    ...about,
  });
}
const confirmedAtOf = async ({ _id }: { _id: Types.ObjectId }) =>
  (await sending.clients.findById(_id).orFail().lean()).phoneConfirmedAt;

describe('N23: a phone that was confirmed over six months ago, or has moved, is not reached', () => {
  it('keeps when the network last confirmed the client’s phone, whatever the order of the reports', async () => {
    const client = await makeClient();
    const message = await sendAndReport({}, { status: 'delivered' });
    expect(await confirmedAtOf(client)).toEqual(firstNow);
    passDays(1);
    await report(message, { status: 'read' });
    await sending.tend();
    const dayLater = new Date(firstNow.getTime() + DAY_MS);
    expect(await confirmedAtOf(client)).toEqual(dayLater);
    await report(message, { at: firstNow });
    await sending.statusEffects.run(new Types.ObjectId(), [await sending.read(message)]);
    expect(await confirmedAtOf(client)).toEqual(dayLater);
    expect(await lastConfirmedAt(sending.phoneReports, sending.companyId, message.phoneIndex)).toEqual(
      dayLater,
    );
    expect(await sending.phoneReports.countDocuments()).toBe(1);
  });

  it('learns nothing about the phone from a message that did not require a confirmed one', async () => {
    const client = await makeClient();
    await sendAndReport({ deliveryPolicy: 'any' }, { status: 'delivered' });
    expect(await confirmedAtOf(client)).toBeNull();
    expect(await sending.phoneReports.countDocuments()).toBe(0);
  });

  it('ignores an old confirmation with a gateway, which checks the phone itself', async () => {
    await sendAndReport({}, { status: 'delivered' });
    passDays(200);
    expect(await sentOrEnd()).toEqual(['sent', null, 'send']);
    const late = await sendAndReport({}, { status: 'undelivered', code: 'phoneNotConfirmed' });
    expect(end(late)).toEqual(['undelivered', 'phoneNotConfirmed', 'receipt']);
    expect(await sentOrEnd()).toEqual(['sent', null, 'send']);
  });

  it('does not call a network that reported a moved phone until a day later', async () => {
    const first = await sendAndReport({}, movedReport);
    expect(end(first)).toEqual(['undelivered', 'phoneMoved', 'receipt']);
    const calls = network.asked.length;
    expect(await sentOrEnd()).toEqual(['undelivered', 'phoneMoved', 'desk']);
    expect(network.asked).toHaveLength(calls);
    expect(await sending.quota.left(first.communityId, first.phoneIndex)).toMatchObject({ left: 5 });
    passDays(1);
    await sendAndReport({}, { status: 'delivered' });
    expect(await sentOrEnd()).toEqual(['sent', null, 'send']);
  });

  it('keeps the network’s newest report, even if an older one comes after it', async () => {
    const first = await sending.sendOne(verified);
    const second = await sending.sendOne(verified);
    await sending.work();
    // Both reports tell of moments that have passed: a time that has not come yet is not believed.
    passDays(10_000 / DAY_MS);
    await report(second, { status: 'delivered', at: new Date(firstNow.getTime() + 2_000) });
    await report(first, { ...movedReport, at: new Date(firstNow.getTime() + 1_000) });
    await sending.tend();
    expect(await sentOrEnd()).toEqual(['sent', null, 'send']);
  });

  it('tries the other network of the route, which has its own data on the phone', async () => {
    await sendAndReport({}, movedReport);
    expect(await sentOrEnd({ route: ['vk', 'ok'] })).toEqual(['sent', null, 'send']);
    expect(network.accepted.at(-1)?.community.network).toBe('ok');
  });

  it('ends with that reason even if the client is not in the next network of the route', async () => {
    const message = await sending.sendOne({ ...verified, route: ['vk', 'ok'] });
    await sending.work();
    network.behaves.ok = 'refuses';
    await report(message, movedReport);
    await sending.work();
    const { status, endCode, history } = await sending.read(message);
    expect([status, endCode]).toEqual(['undelivered', 'phoneMoved']);
    expect(history.map(({ network: by, code, isApplied }) => [by, code, isApplied])).toEqual([
      [null, undefined, true],
      ['vk', undefined, true],
      ['vk', 'phoneMoved', false],
      ['ok', 'notInNetwork', false],
      ['vk', 'phoneMoved', true],
    ]);
  });

  it('sends to such a phone a message that does not require a confirmed one', async () => {
    await sendAndReport({}, movedReport);
    expect(await sentOrEnd({ deliveryPolicy: 'any' })).toEqual(['sent', null, 'send']);
  });

  describe('by a community’s own API, which does not check phones', () => {
    beforeEach(() => {
      network.checksPhones = false;
    });

    it('sends for six months after the network confirmed the phone, and no longer', async () => {
      expect(await sentOrEnd()).toEqual(['undelivered', 'phoneNotConfirmed', 'desk']);
      expect(network.asked).toEqual([]);
      network.checksPhones = true;
      await sendAndReport({}, { status: 'delivered' });
      network.checksPhones = false;
      passDays(182);
      expect(await sentOrEnd()).toEqual(['sent', null, 'send']);
      passDays(2);
      expect(await sentOrEnd()).toEqual(['undelivered', 'phoneNotConfirmed', 'desk']);
    });

    it('does not send to a phone that moved, however long ago that was', async () => {
      network.checksPhones = true;
      await sendAndReport({}, { status: 'delivered' });
      await sendAndReport({}, movedReport);
      network.checksPhones = false;
      passDays(30);
      expect(await sentOrEnd()).toEqual(['undelivered', 'phoneMoved', 'desk']);
    });
  });
});
