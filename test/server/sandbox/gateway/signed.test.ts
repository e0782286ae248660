import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { groupId, message, startGateway, template } from './gatewayFixture.ts';

const oauth = { consumerKey: 'desk', consumerSecret: 's3cret &%' };
/** The desk's own tests check the base string of RFC 5849, 3.4.1.1; here a plain address is enough. */
function sign(
  address: string,
  about: { method?: string; secret?: string; ageSeconds?: number } = {},
): string {
  const { method = 'POST', secret = oauth.consumerSecret, ageSeconds = 0 } = about;
  const fields = {
    oauth_consumer_key: oauth.consumerKey,
    oauth_nonce: String(Math.random()),
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(Math.floor(Date.now() / 1000) - ageSeconds),
    oauth_version: '1.0',
  };
  const parameters = Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const base = [method, encodeURIComponent(address), encodeURIComponent(parameters)].join('&');
  const hmac = createHmac('sha256', `${encodeURIComponent(secret)}&`)
    .update(base)
    .digest('base64');
  const all = { ...fields, oauth_signature: hmac };
  return `OAuth ${Object.entries(all)
    .map(([name, value]) => `${name}="${encodeURIComponent(value)}"`)
    .join(', ')}`;
}

it('N16 (signatures): accepts only OAuth 1.0 requests from a service that must sign', async () => {
  await using gateway = await startGateway();
  const { control, gatewayBaseUrl } = gateway.sandbox;
  control.registerService({ service: 'bank', key: 'bank-key', groupId, oauth });
  control.registerTemplate({ ...template, service: 'bank' });
  const address = `${gatewayBaseUrl}/vk/messages`;
  const send = (authorization: string) =>
    gateway.call('/vk/messages', {
      method: 'POST',
      body: JSON.stringify({ messages: [{ ...message, service: 'bank' }] }),
      headers: { authorization },
    });
  const taken = await send(sign(address));
  expect(await taken.json()).toMatchObject({ result: [{ code: 'OK' }] });
  expect((await send('Key bank-key')).status).toBe(401);
  expect((await send(sign(address, { secret: 'other' }))).status).toBe(401);
  expect((await send(sign(address, { ageSeconds: 600 }))).status).toBe(401);
  expect((await send(sign(`${address}/else`))).status).toBe(401);
  const stranger = await send('Key gateway-key');
  expect(await stranger.json()).toMatchObject({ result: [{ code: 'UNKNOWN_SERVICE' }] });
});

it('N16 (signatures): accepts a nonce once', async () => {
  await using gateway = await startGateway();
  const { control, gatewayBaseUrl } = gateway.sandbox;
  control.registerService({ service: 'bank', key: 'bank-key', groupId, oauth });
  const authorization = sign(`${gatewayBaseUrl}/vk/messages/none`, { method: 'GET' });
  const look = () => gateway.call('/vk/messages/none', { headers: { authorization } });
  expect((await look()).status).toBe(404);
  expect((await look()).status).toBe(401);
});
