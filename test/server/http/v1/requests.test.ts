import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServedV1, serveV1 } from './serveV1.ts';
import { authorizationOf, type ClientKey, callSigned } from './signedClient.ts';

const message = { phone: '+79991234567', template: 'orderReady', variables: { order: '5' } };
let api: ServedV1;
let key: ClientKey;
let url: string;
beforeAll(async () => {
  api = await serveV1();
  key = await api.makeKey();
  url = `${api.url}/api/v1/messages`;
});
afterAll(() => api[Symbol.asyncDispose]());
const send = (body: unknown, headers: Record<string, string> = {}) =>
  callSigned(key, 'POST', url, { body, headers });

it('answers a repeat with the same clientMessageId with the first answer, byte by byte', async () => {
  const first = await send({ ...message, clientMessageId: 'order-1' });
  const { variables, template, phone } = message;
  const again = await send({ clientMessageId: 'order-1', deliveryPolicy: 'any', variables, template, phone });
  expect(again.status).toBe(202);
  expect(again.body).toEqual(first.body);
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const other = await send({ ...message, clientMessageId: 'order-1', variables: { order: '6' } });
  expect(other).toMatchObject({ status: 409, body: { error: { code: 'clientMessageIdReused' } } });
});

it('recognises a repeat by its Idempotency-Key, quoted or not', async () => {
  const first = await send(message, { 'idempotency-key': 'k-1' });
  const again = await send(message, { 'idempotency-key': '"k-1"' });
  expect(again.body).toEqual(first.body);
  const other = await send({ ...message, ttlSeconds: 60 }, { 'idempotency-key': 'k-1' });
  expect(other).toMatchObject({ status: 409, body: { error: { code: 'idempotencyKeyReused' } } });
  const odd = await send(message, { 'idempotency-key': 'a b' });
  expect(odd).toMatchObject({
    status: 400,
    body: { error: { code: 'badRequest', field: 'Idempotency-Key' } },
  });
});

it('recognises the messages of a repeated batch and checks the refused ones again', async () => {
  const batch = (messages: unknown[]) =>
    callSigned(key, 'POST', `${url}/batch`, { body: { messages }, headers: { 'idempotency-key': 'b-1' } });
  const first = await batch([message, { ...message, template: 'unknown' }, { ...message, phone: 7 }]);
  expect(first.body).toMatchObject({ accepted: 1, repeated: 0, refused: 2 });
  const again = await batch([message, { ...message, template: 'known now' }, { ...message, phone: 7 }]);
  expect(again.body).toMatchObject({ accepted: 1, repeated: 1, refused: 1 });
  expect(again.body.results?.[0]?.message).toEqual(first.body.results?.[0]?.message);
});

it('checks each of a thousand messages on its own, in order, and refuses a larger batch', async () => {
  const messages = Array.from({ length: 1_000 }, (_, index) => ({
    ...message,
    ttlSeconds: index % 10 === 3 ? 14 : 15,
    clientMessageId: `thousand-${index}`,
  }));
  const answer = await callSigned(key, 'POST', `${url}/batch`, { body: { messages } });
  expect(answer).toMatchObject({ status: 200, body: { accepted: 900, refused: 100 } });
  expect(answer.body.results?.map((result) => result.outcome === 'refused')).toEqual(
    messages.map((_, index) => index % 10 === 3),
  );
  expect(answer.body.results?.[3]?.error).toMatchObject({ code: 'ttlOutOfRange', field: 'ttlSeconds' });
  const over = await callSigned(key, 'POST', `${url}/batch`, { body: { messages: [...messages, message] } });
  expect(over).toMatchObject({ status: 400, body: { error: { code: 'badRequest', field: 'messages' } } });
});

it.each([
  [{ ...message, phone: '' }, 422, 'phoneInvalid', 'phone'],
  [{ ...message, ttlSeconds: 86_401 }, 422, 'ttlOutOfRange', 'ttlSeconds'],
  [{ ...message, ttlSeconds: '60' }, 400, 'badRequest', 'ttlSeconds'],
  [{ ...message, variables: { Order: '5' } }, 422, 'variableUnknown', 'variables.Order'],
  [
    JSON.parse('{"phone":"+79991234567","template":"orderReady","variables":{"order":"5","__proto__":"6"}}'),
    422,
    'variableUnknown',
    'variables.__proto__',
  ],
  [JSON.parse('{"__proto__":{"phone":"+79991234567"}}'), 400, 'badRequest', '__proto__'],
  [{ ...message, variables: { order: 5 } }, 422, 'variableInvalid', 'variables.order'],
  [{ ...message, statusUrl: 'ftp://x/' }, 422, 'statusUrlRefused', 'statusUrl'],
  [{ ...message, text: 'free text' }, 400, 'badRequest', 'text'],
  [{ ...message, route: ['vk', 'vk'] }, 400, 'badRequest', 'route'],
  [{ ...message, sendAt: 'tomorrow' }, 400, 'badRequest', 'sendAt'],
  [{ ...message, template: 'unknown' }, 422, 'templateNotFound', 'template'],
  [[], 400, 'badRequest', undefined],
  [null, 400, 'badRequest', undefined],
])('refuses %j with its field, in two languages', async (body, status, code, field) => {
  const answer = await send(body);
  expect(answer).toMatchObject({ status, body: { error: { code } } });
  expect(answer.body.error?.field).toBe(field);
  expect(answer.body.error?.message.ru).toMatch(/[а-я]/i);
  expect(answer.body.error?.message.en).not.toMatch(/[а-я{}]/i);
  expect(answer.body.error?.message.ru).not.toMatch(/[{}]/);
});

it.each([
  [null, 'ожидается объект', 'must be an object'],
  [{ phone: '+79991234567' }, 'template: обязательное поле не заполнено', 'template: this field is required'],
  [{ ...message, ttlSeconds: 15.5 }, 'ttlSeconds: ожидается целое число', 'ttlSeconds: must be an integer'],
  [{ ...message, text: 'x' }, 'text: такого поля нет', 'text: no such field'],
  [{ ...message, route: ['vk', 'vk'] }, 'route: значение указано дважды', 'route: a value is repeated'],
  [
    { ...message, route: [] },
    'route: элементов должно быть не меньше 1',
    'route: the number of items must be at least 1',
  ],
  [
    { ...message, route: ['tg'] },
    'route.0: допустимые значения: "vk", "ok"',
    'route.0: must be one of: "vk", "ok"',
  ],
  [
    { ...message, sendAt: 'tomorrow' },
    'sendAt: нужно время в формате 2026-01-31T12:00:00+03:00',
    'sendAt: must be a time in the format 2026-01-31T12:00:00+03:00',
  ],
  [
    { ...message, clientMessageId: 'заказ 5' },
    'clientMessageId: от 1 до 100 видимых символов ASCII',
    'clientMessageId: from 1 to 100 visible ASCII characters',
  ],
])('explains what is wrong with the shape of %j, in each language alone', async (body, ru, en) => {
  const answer = await send(body);
  expect(answer.body.error?.message).toEqual({
    ru: `Запрос составлен неверно: ${ru}`,
    en: `The request is malformed: ${en}`,
  });
});

it('refuses a body that is not JSON, of another type, too large or compressed, each with its code', async () => {
  const ask = (rawBody: string, headers = {}) => callSigned(key, 'POST', url, { rawBody, headers });
  expect((await ask('{')).body.error?.code).toBe('payloadNotJson');
  expect((await ask('{}', { 'content-type': 'text/plain' })).body.error?.code).toBe('unsupportedMediaType');
  expect((await ask('{}', { 'content-encoding': 'gzip' })).body.error?.code).toBe('unsupportedMediaType');
  const large = await ask(' '.repeat(8 * 1024 * 1024 + 1));
  expect(large).toMatchObject({ status: 413, body: { error: { code: 'bodyTooLarge' } } });
});

it('cancels a queued message and no other', async () => {
  const sent = await send(message);
  const cancelUrl = `${url}/${sent.body.id}/cancel`;
  const cancelled = await callSigned(key, 'POST', cancelUrl);
  expect(cancelled).toMatchObject({ status: 200, body: { status: 'undelivered' } });
  const again = await callSigned(key, 'POST', cancelUrl);
  expect(again).toMatchObject({
    status: 409,
    body: { error: { code: 'messageNotCancellable', details: { status: 'undelivered' } } },
  });
  const odd = await callSigned(key, 'POST', `${url}/none/cancel`);
  expect(odd).toMatchObject({ status: 404, body: { error: { code: 'notFound' } } });
  expect((await callSigned(key, 'GET', `${api.url}/api/v1/nothing`)).body.error?.code).toBe('notFound');
});

it('counts a key’s requests across processes, reports what is left, and refuses the rest', async () => {
  await using limited = await serveV1();
  const other = await limited.another({ publicUrl: limited.url });
  const small = await limited.makeKey({ ratePerMinute: 1_000 });
  const minuteMs = 60_000;
  limited.clock.nowMs = Math.floor(Date.now() / minuteMs) * minuteMs + 1_000;
  if (Date.now() % minuteMs > 55_000) limited.clock.nowMs += minuteMs;
  const batchOf = (count: number) => ({ messages: Array.from({ length: count }, () => message) });
  const ask = (base: string, count: number) =>
    callSigned(small, 'POST', `${base}/api/v1/messages/batch`, {
      body: batchOf(count),
      signedUrl: `${limited.url}/api/v1/messages/batch`,
    });
  const first = await ask(limited.url, 600);
  expect(first.status).toBe(200);
  expect(first.headers.get('ratelimit-policy')).toBe('"minute";q=1000;w=60');
  expect(first.headers.get('ratelimit')).toBe('"minute";r=400;t=59');
  expect((await ask(other.url, 300)).status).toBe(200);
  const refused = await ask(limited.url, 200);
  expect(refused).toMatchObject({
    status: 429,
    body: { error: { code: 'tooManyRequests', details: { retryAfterS: 59 } } },
  });
  expect(refused.headers.get('retry-after')).toBe('59');
  const taken = await Promise.all([limited.url, other.url].map((base) => ask(base, 100)));
  expect(taken.map(({ status }) => status).filter((status) => status === 200).length).toBeLessThanOrEqual(1);
  expect(limited.sending.kept.length).toBeLessThanOrEqual(1_000);
  limited.clock.nowMs += minuteMs;
  expect((await ask(limited.url, 1_000)).status).toBe(200);

  const listUrl = `${limited.url}/api/v1/messages`;
  const headers = { authorization: authorizationOf(small, 'GET', listUrl) };
  expect((await fetch(listUrl, { headers })).status).toBe(429);
  limited.clock.nowMs += minuteMs;
  expect((await fetch(listUrl, { headers })).status, 'its nonce was not used up').toBe(200);
});
