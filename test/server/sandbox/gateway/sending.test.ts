import { describe, expect, it } from 'vitest';
import type { SendAnswer } from '../../../../server/sandbox/gateway/protocol.ts';
import { annaPhone, borisPhone, message, startGateway, template } from './gatewayFixture.ts';

describe('the gateway validates each message separately', () => {
  it('accepts the valid messages of a batch and names what is wrong with each other one', async () => {
    await using gateway = await startGateway();
    const results = await gateway.sendAll([
      message,
      { ...message, phone: '12-34' },
      { ...message, service: 'other' },
      { ...message, tmpl: 'nothing' },
      { ...message, tmpl_data: { order: '7' } },
      { ...message, tmpl_data: { ...message.tmpl_data, name: 'x' } },
      { ...message, ttl: 14 },
      { ...message, routes: ['SMS'] },
      { ...message, delivery_policy: 'maybe' },
      { ...message, status_url: 'ftp://example.org' },
      { ...message, tmpl_data: { order: 'я'.repeat(2048), percent: '1' } },
      'not a message',
      { ...message, phone: borisPhone },
    ]);
    expect(results.map(({ code }) => code)).toEqual([
      'OK',
      'INVALID_PHONE',
      'UNKNOWN_SERVICE',
      'UNKNOWN_TEMPLATE',
      'INVALID_VARIABLES',
      'INVALID_VARIABLES',
      'INVALID_TTL',
      'INVALID_ROUTES',
      'INVALID_POLICY',
      'INVALID_STATUS_URL',
      'TEXT_TOO_LONG',
      'INVALID_MESSAGE',
      'OK',
    ]);
    expect(results[4]).toMatchObject({ fields: ['percent'], error: 'Variables missing: percent' });
    expect(results[5]).toMatchObject({ fields: ['name'], error: 'Variables unknown: name' });
    expect(gateway.sandbox.control.gatewayCounters()).toMatchObject({
      requests: 1,
      accepted: 2,
      refused: 11,
    });
  });

  it('refuses a variable longer than its template allows, and a template that is not approved', async () => {
    await using gateway = await startGateway();
    const { control } = gateway.sandbox;
    control.registerTemplate({ ...template, maxChars: { order: 3 } });
    expect((await gateway.sendAll([message]))[0]).toMatchObject({ code: 'OK' });
    const long = { ...message, tmpl_data: { ...message.tmpl_data, order: '1234' } };
    expect((await gateway.sendAll([long]))[0]).toMatchObject({
      code: 'INVALID_VARIABLES',
      fields: ['order'],
    });
    control.registerTemplate({ ...template, isApproved: false });
    expect((await gateway.sendAll([message]))[0]).toMatchObject({ code: 'TEMPLATE_NOT_APPROVED' });
  });

  it('refuses a wrong key and a request that is not a list of 1 to 1,000 messages', async () => {
    await using gateway = await startGateway();
    const post = (body: object, headers = {}) =>
      gateway.call('/vk/messages', { method: 'POST', body: JSON.stringify(body), headers });
    expect((await post({ messages: [message] }, { authorization: 'Key nobody' })).status).toBe(401);
    expect((await post({ messages: [message] }, { authorization: '' })).status).toBe(401);
    expect((await post({ messages: [] })).status).toBe(400);
    expect((await post({ messages: Array.from({ length: 1001 }, () => message) })).status).toBe(400);
    expect(gateway.sandbox.control.gatewayCounters().accepted).toBe(0);
  });
});

describe('a message with the caller’s own id', () => {
  it('is not sent twice, and returns the first answer again', async () => {
    await using gateway = await startGateway();
    const own = { ...message, callbackData: { clientMessageId: 'a-1' } };
    const [first, second] = await gateway.sendAll([own, own]);
    const [third] = await gateway.sendAll([own]);
    expect(first).toMatchObject({ code: 'OK' });
    expect(second).toEqual({ ...first, isRepeat: true });
    expect(third).toEqual(second);
    expect(gateway.sandbox.control.gatewayMessages({ phone: annaPhone })).toHaveLength(1);
  });

  it('is found by that id when the answer was lost after the work was done', async () => {
    await using gateway = await startGateway();
    gateway.sandbox.control.setFaults({ cuts: [{ method: 'gateway.send', when: 'after', times: 1 }] });
    const lost = gateway.sendAll([{ ...message, callbackData: { clientMessageId: 'a-2' } }]);
    await expect(lost).rejects.toThrow();
    const answer = await gateway.call('/vk/messages?clientMessageId=a-2&clientMessageId=nobody');
    expect(await answer.json()).toMatchObject({
      code: 'OK',
      messages: [{ clientMessageId: 'a-2', status: 'delivered', phone: annaPhone }],
    });
  });

  it('is not accepted when the connection broke before the work', async () => {
    await using gateway = await startGateway();
    gateway.sandbox.control.setFaults({ cuts: [{ method: 'gateway.send', when: 'before', times: 1 }] });
    const own = { ...message, callbackData: { clientMessageId: 'a-3' } };
    await expect(gateway.sendAll([own])).rejects.toThrow();
    const answer = await gateway.call('/vk/messages?clientMessageId=a-3');
    expect(await answer.json()).toEqual({ code: 'OK', messages: [] });
    expect((await gateway.call('/vk/messages/nobody')).status).toBe(404);
  });
});

it('accepts 50 messages a second from a service, then says how long to wait', async () => {
  await using gateway = await startGateway();
  const post = (count: number) =>
    gateway.call('/vk/messages', {
      method: 'POST',
      body: JSON.stringify({ messages: Array.from({ length: count }, () => message) }),
    });
  expect((await post(50)).status).toBe(200);
  const refused = await post(50);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBe(1);
  expect(gateway.sandbox.control.gatewayCounters().accepted).toBe(50);
  gateway.sandbox.control.setSettings({ gatewayRatePerSecond: null });
  const batch = (await (await post(1000)).json()) as SendAnswer;
  expect(batch.result).toHaveLength(1000);
});

it('fails with the requested status when a fault is set', async () => {
  await using gateway = await startGateway();
  gateway.sandbox.control.setFaults({ apiErrors: [{ method: 'gateway.send', code: 503, times: 1 }] });
  await expect(gateway.sendAll([message])).rejects.toThrow('503');
  expect((await gateway.sendAll([message]))[0]).toMatchObject({ code: 'OK' });
});

it('leaves the gateway alone when every method of VK must fail', async () => {
  await using gateway = await startGateway();
  gateway.sandbox.control.setFaults({ apiErrors: [{ method: '*', code: 10 }] });
  expect((await gateway.sendAll([message]))[0]).toMatchObject({ code: 'OK' });
});
