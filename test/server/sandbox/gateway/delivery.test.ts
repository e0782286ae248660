import { expect, it } from 'vitest';
import {
  anna,
  annaPhone,
  boris,
  borisPhone,
  groupId,
  okGroupId,
  startGateway,
  template,
  vera,
  veraPhone,
} from './gatewayFixture.ts';

const halfYearAgo = () => {
  const date = new Date();
  date.setUTCMonth(date.getUTCMonth() - 6);
  return date.getTime() - 60_000;
};

it('reaches a phone at once and is read when the client opens the dialogue', async () => {
  await using gateway = await startGateway();
  const { control } = gateway.sandbox;
  const messageId = await gateway.sendOne({ callbackData: { clientMessageId: 'm-1', mine: { a: 1 } } });
  const [sent, delivered] = await gateway.untilStatuses(messageId, ['sent', 'delivered']);
  expect(delivered).toMatchObject({
    phone: annaPhone,
    route: 'VK',
    callbackData: { clientMessageId: 'm-1', mine: { a: 1 } },
  });
  expect(Date.parse(sent!.time)).toBeLessThanOrEqual(Date.parse(delivered!.time));
  expect(gateway.statuses.received[0]!.headers['x-gateway-secret']).toBe('status-secret');
  const shown = control.snapshot({ groupId, userId: anna }).messages;
  expect(shown[0]!.text).toBe('Заказ № 7 готов\n\nСкидка 10 % до воскресенья');
  control.clientReads({ groupId, userId: anna });
  await gateway.untilStatuses(messageId, ['sent', 'delivered', 'read']);
  expect((await gateway.state(messageId)).history.map(({ status }) => status)).toEqual([
    'sent',
    'delivered',
    'read',
  ]);
});

it('waits while a phone has no connection, and comes when it is online again', async () => {
  await using gateway = await startGateway();
  const { control } = gateway.sandbox;
  control.setPerson({ userId: anna, isOffline: true });
  const messageId = await gateway.sendOne();
  await gateway.untilStatuses(messageId, ['sent']);
  expect(control.snapshot({ groupId, userId: anna }).messages).toEqual([]);
  control.setPerson({ userId: anna, isOffline: false });
  await gateway.untilStatuses(messageId, ['sent', 'delivered']);
});

it('N19 (time to live): expires when its time is over, and never comes after that', async () => {
  await using gateway = await startGateway();
  const { control } = gateway.sandbox;
  control.setSettings({ ttlScale: 0.005 });
  control.setPerson({ userId: anna, isOffline: true });
  const messageId = await gateway.sendOne({ ttl: 15 });
  const [, expired] = await gateway.untilStatuses(messageId, ['sent', 'expired']);
  expect(expired).toMatchObject({ statusCode: 'TTL_EXPIRED', error: 'The device was not reached in time' });
  control.setPerson({ userId: anna, isOffline: false });
  expect((await gateway.state(messageId)).status).toBe('expired');
  expect(control.snapshot({ groupId, userId: anna }).messages).toEqual([]);
});

it.each([
  ['nobody has the number', { phone: '+79991112233' }, 'UNKNOWN_PHONE'],
  ['its owner is not in VK', { phone: veraPhone }, 'NOT_IN_NETWORK'],
  ['its owner is not in OK', { routes: ['OK'] }, 'NOT_IN_NETWORK'],
])('ends undelivered when %s', async (_why, about, statusCode) => {
  await using gateway = await startGateway();
  const messageId = await gateway.sendOne(about);
  const [, undelivered] = await gateway.untilStatuses(messageId, ['sent', 'undelivered']);
  expect(undelivered).toMatchObject({ statusCode });
});

it('N23: requires a number confirmed within 6 months only when the sender does', async () => {
  await using gateway = await startGateway();
  const { control } = gateway.sandbox;
  control.confirmPhone({ userId: anna, atMs: halfYearAgo() });
  const strict = await gateway.sendOne({ delivery_policy: 'verified_phone_number' });
  const [, undelivered] = await gateway.untilStatuses(strict, ['sent', 'undelivered']);
  expect(undelivered).toMatchObject({ statusCode: 'PHONE_NOT_CONFIRMED' });
  await gateway.untilStatuses(await gateway.sendOne(), ['sent', 'delivered']);
  control.confirmPhone({ userId: anna });
  const again = await gateway.sendOne({ delivery_policy: 'verified_phone_number' });
  await gateway.untilStatuses(again, ['sent', 'delivered']);
});

it('N23: does not reach the new owner of a number when the sender requires a confirmed one', async () => {
  await using gateway = await startGateway();
  const { control } = gateway.sandbox;
  control.movePhone({ fromUserId: anna, toUserId: boris });
  const strict = await gateway.sendOne({ delivery_policy: 'verified_phone_number' });
  const [, undelivered] = await gateway.untilStatuses(strict, ['sent', 'undelivered']);
  expect(undelivered).toMatchObject({ statusCode: 'PHONE_MOVED' });
  await gateway.untilStatuses(await gateway.sendOne(), ['sent', 'delivered']);
  expect(control.snapshot({ groupId, userId: anna }).messages).toHaveLength(0);
  expect(control.snapshot({ groupId, userId: boris }).messages).toHaveLength(1);
  const left = await gateway.sendOne({ phone: borisPhone });
  await gateway.untilStatuses(left, ['sent', 'undelivered']);
});

it('requires an active mobile device, and a client who has not blocked the community', async () => {
  await using gateway = await startGateway();
  const { control } = gateway.sandbox;
  control.setPerson({ userId: anna, hasMobileDevice: false });
  const mobile = await gateway.sendOne({ delivery_policy: 'mobile_device_required' });
  expect((await gateway.untilStatuses(mobile, ['sent', 'undelivered']))[1]!.statusCode).toBe(
    'NO_ACTIVE_DEVICE',
  );
  control.clientDenies({ groupId, userId: anna });
  const denied = await gateway.sendOne();
  expect((await gateway.untilStatuses(denied, ['sent', 'undelivered']))[1]!.statusCode).toBe(
    'CLIENT_REFUSED',
  );
});

it('N24 (route): goes through the second network when the first cannot deliver it', async () => {
  await using gateway = await startGateway();
  const { control } = gateway.sandbox;
  const messageId = await gateway.sendOne({ phone: veraPhone, routes: ['VK', 'OK'] });
  const [, delivered] = await gateway.untilStatuses(messageId, ['sent', 'delivered']);
  expect(delivered).toMatchObject({ route: 'OK' });
  const chat = control.okSnapshot({ okGroupId, userId: vera });
  expect(chat.messages).toMatchObject([
    {
      text: 'Заказ № 7 готов\n\nСкидка 10 % до воскресенья',
      buttons: [
        [{ kind: 'callback', label: 'Заберу сегодня' }],
        [{ kind: 'link', url: 'https://example.org/shop?order=%E2%84%96%207' }],
      ],
    },
  ]);
  control.okClientReads({ okGroupId, userId: vera });
  await gateway.untilStatuses(messageId, ['sent', 'delivered', 'read']);
});

it('N2 (one-way): puts a one-way message into the notifications window, not into the dialogue', async () => {
  await using gateway = await startGateway();
  const { control } = gateway.sandbox;
  control.registerTemplate({ ...template, oneWay: true });
  const messageId = await gateway.sendOne();
  await gateway.untilStatuses(messageId, ['sent', 'delivered']);
  expect(control.snapshot({ groupId, userId: anna }).messages).toEqual([]);
  expect(control.notices({ userId: anna })).toMatchObject([
    {
      messageId,
      network: 'VK',
      senderName: 'Тестовая лавка',
      links: [{ label: 'На карте', url: 'https://example.org/shop?order=%E2%84%96%207' }],
      isRead: false,
    },
  ]);
  control.clientReadsNotices({ userId: anna });
  await gateway.untilStatuses(messageId, ['sent', 'delivered', 'read']);
  expect(control.notices({ userId: anna })[0]).toMatchObject({ isRead: true });
});
