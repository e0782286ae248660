/** A message that ended for a reason that a person can fix is sent again as a new message, once. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { toRows } from '../../../server/deliveryReports/deliveryViews.ts';
import { againIdOf, canTryAgain, tryAgain } from '../../../server/deliveryReports/tryAgain.ts';
import type { ServiceMessage } from '../../../server/serviceMessages/serviceMessage.model.ts';
import type { EndCode } from '../../../shared/v1/endReasons.ts';
import { type SendingFixture, startSending } from '../serviceMessages/sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from '../serviceMessages/steeredNetwork.ts';

let network: SteeredNetwork;
let sending: SendingFixture;
let nextPhone = 0;

beforeAll(async () => {
  network = steeredNetwork();
  sending = await startSending({ channels: network.channels });
});
beforeEach(async () => {
  network.asUsual();
  await sending.clear();
});
afterAll(async () => sending?.[Symbol.asyncDispose]());

/** A message that its network refused, with this reason. */
async function ended(code: EndCode, about: object = {}): Promise<ServiceMessage> {
  network.behaves.vk = 'refuses';
  nextPhone += 1;
  const phone = `+7999${String(1_000_000 + nextPhone)}`;
  const message = await sending.sendOne({ phone, route: ['vk'], ...about });
  await sending.work();
  await sending.serviceMessages.updateOne({ _id: message._id }, { $set: { endCode: code } });
  network.behaves.vk = 'takes';
  return sending.read(message);
}

it('makes one new message of the same request, however often it is repeated', async () => {
  const before = await ended('communityStopped', { clientMessageId: 'order-7', ttlSeconds: 120 });
  const asked = await Promise.all(Array.from({ length: 5 }, () => tryAgain(sending, [before], 'all')));
  expect(
    asked
      .flat()
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(['accepted', 'repeated', 'repeated', 'repeated', 'repeated']);
  const again = await sending.read({ _id: againIdOf(before) });
  expect(again).toMatchObject({
    status: 'queued',
    againOf: before._id,
    senderKey: before.senderKey,
    phoneIndex: before.phoneIndex,
    text: before.text,
    clientMessageId: 'order-7',
    route: before.route,
  });
  expect(again.expiresAt.getTime() - again.acceptedAt.getTime()).toBe(120_000);
  // The previous message keeps its final status (N1, statuses only forward).
  expect(await sending.read(before)).toEqual(before);
  await sending.work();
  expect((await sending.read(again)).status).toBe('sent');
});

it('reserves its own unit of quota and is refused when there is none (N7)', async () => {
  const before = await ended('networkRefused');
  const phone = sending.phones.open(before.phoneSealed, before._id);
  for (let sent = 0; sent < 5; sent++) await sending.sendOne({ phone, route: ['vk'] });
  const [outcome] = await tryAgain(sending, [before], 'all');
  expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'quotaSpent' } });
  expect(await sending.serviceMessages.exists({ _id: againIdOf(before) })).toBeNull();
});

it('is possible only when a person can fix the reason', async () => {
  const expected = { contentRefused: true, networkUnreachable: true, phoneUnknown: false, cancelled: false };
  for (const [code, may] of Object.entries(expected))
    expect(canTryAgain(await ended(code as EndCode)), code).toBe(may);
  const queued = await sending.sendOne({ phone: '+79990009999', route: ['vk'] });
  expect(canTryAgain(queued)).toBe(false);
  expect(canTryAgain({ ...queued, status: 'expired' })).toBe(true);
  const line = { ...queued.history[0]!, status: 'sent' as const };
  expect(canTryAgain({ ...queued, status: 'expired', history: [...queued.history, line] })).toBe(false);
});

it('tries a selection of several senders, each message validated on its own', async () => {
  const first = await ended('contentRefused');
  const second = { ...(await ended('contentRefused')), senderKey: 'person:0123456789abcdef01234567' };
  const third = await ended('contentRefused', { template: 'orderReady' });
  const outcomes = await tryAgain(sending, [first, second, { ...third, templateName: 'gone' }], 'all');
  expect(outcomes).toMatchObject([
    { kind: 'accepted', message: { againOf: first._id } },
    { kind: 'accepted', message: { againOf: second._id, senderKey: second.senderKey } },
    { kind: 'refused', refusal: { code: 'templateNotFound' } },
  ]);
});

it('shows the phone according to the person’s role', async () => {
  const before = await ended('contentRefused', { clientMessageId: 'masked' });
  const phone = sending.phones.open(before.phoneSealed, before._id);
  const [forAgent] = await toRows(sending, [before], 'agent');
  const [forSupervisor] = await toRows(sending, [before], 'supervisor');
  expect(forSupervisor?.phone).toBe(phone);
  expect(forAgent?.phone).toBe(`+7••••••••${phone.slice(-2)}`);
});
