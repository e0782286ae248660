/** A report counts at the earlier of its own time and the time of receipt, never before the message was accepted. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Receipt } from '../../../../server/serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../../../../server/serviceMessages/serviceMessage.model.ts';
import { type SendingFixture, startSending } from '../sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from '../steeredNetwork.ts';

let network: SteeredNetwork;
let sending: SendingFixture;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  network = steeredNetwork();
  sending = await startSending({ channels: network.channels });
});
afterAll(async () => {
  await sending?.[Symbol.asyncDispose]();
  vi.useRealTimers();
});
beforeEach(() => network.asUsual());
afterEach(() => sending.clear());

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const secondsFromNow = (seconds: number) => new Date(Date.now() + seconds * 1000);

function report(message: ServiceMessage, status: Receipt['status'], at: Date) {
  return sending.receipts.record([
    {
      communityId: message.communityId,
      externalId: null,
      tryKey: `${message._id.toHexString()}.vk`,
      status,
      at,
      code: null,
      networkCode: null,
      source: 'receipt',
    },
  ]);
}

async function sendOne(): Promise<ServiceMessage> {
  const message = await sending.sendOne({ ttlSeconds: 30, route: ['vk'] });
  await sending.work();
  return message;
}

it('records a delivery in time as delivered, although the partner’s clock is 45 seconds ahead', async () => {
  for (let count = 0; count < 5; count += 1) {
    const message = await sendOne();
    await report(message, 'delivered', secondsFromNow(45));
    expect(await sending.read(message)).toMatchObject({ status: 'delivered', statusAt: new Date() });
  }
  // The client has five, so the sixth is refused.
  expect(await sending.send({ ttlSeconds: 30, route: ['vk'] })).toMatchObject({ kind: 'refused' });
});

it.each([
  ['1970', new Date(0)],
  ['the year 0000', new Date('0000-01-01T00:00:00Z')],
  ['a day before the message', new Date(Date.now() - 24 * 3600_000)],
  ['no time that can be read', new Date(Number.NaN)],
  ['the year 2999', new Date('2999-01-01T00:00:00Z')],
])('takes the time of receipt for a report of %s', async (_what, at) => {
  const message = await sendOne();
  pass(2);
  await report(message, 'delivered', at);
  expect(await sending.read(message)).toMatchObject({ status: 'delivered', statusAt: new Date() });
});

it('believes a reported time between accepting and receipt', async () => {
  const message = await sendOne();
  pass(40);
  const at = secondsFromNow(-20);
  await report(message, 'delivered', at);
  expect(await sending.read(message)).toMatchObject({ status: 'delivered', statusAt: at });
});

it('ends a message that was delivered late as expired, and keeps its unit: the client has it', async () => {
  const message = await sendOne();
  pass(40);
  await report(message, 'delivered', secondsFromNow(-1));
  expect(await sending.read(message)).toMatchObject({ status: 'expired', endCode: 'arrivedLate' });
  const { communityId, phoneIndex } = message;
  expect(await sending.quota.left(communityId, phoneIndex)).toMatchObject({ left: 4 });
});
