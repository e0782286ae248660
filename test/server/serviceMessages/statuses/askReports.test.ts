/** A sent message whose report did not come: the network is asked before the message counts as expired (ADR 26). */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { tryKeyOf } from '../../../../server/serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../../../../server/serviceMessages/serviceMessage.model.ts';
import { type SendingFixture, startSending } from '../sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from '../steeredNetwork.ts';

let network: SteeredNetwork;
let sending: SendingFixture;
/** When false, no channel can send for any community. */
let hasChannel = true;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  network = steeredNetwork();
  const { forCommunity } = network.channels;
  sending = await startSending({
    channels: { forCommunity: async (ref) => (hasChannel ? forCommunity(ref) : null) },
  });
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

const MINUTE_S = 60;
const HOUR_S = 3_600;
const TTL_S = 30;
/** After this nobody waits for a report any longer. */
const GRACE_S = MINUTE_S + 1;
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const request = { ttlSeconds: TTL_S, route: ['vk'] } as const;
const unitsLeft = async ({ communityId, phoneIndex }: ServiceMessage) =>
  (await sending.quota.left(communityId, phoneIndex)).left;

async function sendWithoutReport(): Promise<ServiceMessage> {
  const message = await sending.sendOne({ ...request, route: ['vk'] });
  await sending.work();
  return message;
}

function tell(message: ServiceMessage, status: 'sent' | 'delivered' | 'undelivered' | 'expired', agoS = 0) {
  network.tells?.set(tryKeyOf(message._id, 'vk'), { status, at: new Date(Date.now() - agoS * 1000) });
}

it('learns that five were delivered although their reports were lost, and allows no sixth', async () => {
  const messages: ServiceMessage[] = [];
  for (let count = 0; count < 5; count += 1) messages.push(await sendWithoutReport());
  const deliveredAt = new Date();
  for (const message of messages) tell(message, 'delivered');
  pass(TTL_S + GRACE_S);
  await sending.tend();
  for (const message of messages)
    expect(await sending.read(message)).toMatchObject({ status: 'delivered', statusAt: deliveredAt });
  expect(await sending.send({ ...request, route: ['vk'] })).toMatchObject({ kind: 'refused' });
});

it.each(['undelivered', 'expired'] as const)(
  'gives the unit back when the network says that the message is %s',
  async (status) => {
    const message = await sendWithoutReport();
    tell(message, status);
    pass(TTL_S + GRACE_S);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status });
    expect(await unitsLeft(message)).toBe(5);
  },
);

it('says that a message arrived late when the network says so, and keeps its unit', async () => {
  const message = await sendWithoutReport();
  pass(TTL_S + GRACE_S);
  tell(message, 'delivered', 10);
  await sending.tend();
  expect(await sending.read(message)).toMatchObject({ status: 'expired', endCode: 'arrivedLate' });
  expect(await unitsLeft(message)).toBe(4);
});

it.each([
  ['still calls it sent', (message: ServiceMessage) => tell(message, 'sent')],
  ['does not answer', () => (network.isMute = true)],
  ['does not know it any more', () => undefined],
  ['cannot be asked', () => (network.tells = null)],
  ['belongs to a community that is stopped', () => (hasChannel = false)],
])(
  'keeps the message as sent for an hour when the network %s, then ends it as unknown and keeps its unit for its day',
  async (_why, arrange) => {
    const message = await sendWithoutReport();
    const handedAtMs = Date.now();
    arrange(message);
    pass(TTL_S + GRACE_S);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'sent' });
    pass(0.9 * HOUR_S);
    await sending.tend();
    expect(await sending.read(message)).toMatchObject({ status: 'sent' });
    pass(0.2 * HOUR_S);
    await sending.tend();
    const { history, ...ended } = await sending.read(message);
    expect(ended).toMatchObject({ status: 'expired', endCode: 'outcomeUnknown' });
    expect(ended).not.toHaveProperty('expiryDueAt');
    expect(history.map(({ status }) => status)).toEqual(['queued', 'sent', 'expired']);
    expect(await unitsLeft(message)).toBe(4);
    vi.setSystemTime(handedAtMs + 24 * HOUR_S * 1000 + 1);
    expect(await unitsLeft(message)).toBe(5);
  },
);

it('asks again after a while, and believes a report that comes meanwhile', async () => {
  const message = await sendWithoutReport();
  network.isMute = true;
  pass(TTL_S + GRACE_S);
  await sending.tend();
  network.isMute = false;
  tell(message, 'delivered', GRACE_S);
  // Too early to ask again.
  await sending.tend();
  expect(await sending.read(message)).toMatchObject({ status: 'sent' });
  pass(6 * MINUTE_S);
  await sending.tend();
  expect(await sending.read(message)).toMatchObject({ status: 'delivered' });
});
