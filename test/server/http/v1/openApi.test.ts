import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v1OpenApiDocument } from '../../../../server/http/v1/v1OpenApi.ts';
import { type V1Endpoint, v1Endpoints } from '../../../../shared/v1/endpoints.ts';
import { orderReady, type ServiceDesk, startServiceDesk } from '../../../support/serviceDesk.ts';
import { callSigned, type SignedOptions } from './signedClient.ts';

const document = JSON.parse(JSON.stringify(v1OpenApiDocument()));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ ...document, $id: 'openapi' });
const message = { phone: '+79991234567', template: 'orderReady', variables: { order: '5' } };

let desk: ServiceDesk;
beforeAll(async () => {
  desk = await startServiceDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

/** Calls the whole running desk and checks its answer against the description of that path and status. */
async function documented(verb: 'GET' | 'POST', path: string, filled: string, options: SignedOptions = {}) {
  const answer = await callSigned(desk.key, verb, `${desk.url}${filled}`, options);
  const responses = document.paths[path]?.[verb.toLowerCase()]?.responses;
  expect(Object.keys(responses)).toContain(String(answer.status));
  const pointer = [
    'paths',
    path,
    verb.toLowerCase(),
    'responses',
    String(answer.status),
    'content',
    'application/json',
    'schema',
  ];
  const escaped = pointer.map((step) => encodeURIComponent(step.replace(/~/g, '~0').replace(/\//g, '~1')));
  const validate = ajv.compile({ $ref: `openapi#/${escaped.join('/')}` });
  expect(validate(answer.body), JSON.stringify(validate.errors)).toBe(true);
  if (answer.body.error) expect(responses[answer.status].description).toContain(answer.body.error.code);
  return answer;
}

it('describes each answer that the running desk gives', async () => {
  const seen = new Set<string>();
  const ask = async (...call: Parameters<typeof documented>) => {
    const answer = await documented(...call);
    seen.add(`${call[0]} ${call[1]} ${answer.status}`);
    return answer;
  };
  const one = '/api/v1/messages';
  const sent = await ask('POST', one, one, {
    body: { ...message, callbackData: 'x', sendAt: new Date(Date.now() + 3_600_000).toISOString() },
  });
  await ask('POST', one, one, { body: { ...message, images: [] } });
  const refused = async (about: object, code: string) => {
    const { body } = await ask('POST', one, one, { body: { ...message, ...about } });
    expect(body.error?.code).toBe(code);
  };
  await desk.admin.call('createTemplate', {
    body: { name: 'draft', title: 'draft', content: { ...orderReady, body: 'Черновик {order}' } },
  });
  await refused({ template: 'unknown' }, 'templateNotFound');
  await refused({ template: 'draft' }, 'templateNotApproved');
  await refused({ variables: {} }, 'variableMissing');
  await refused({ variables: { order: 'x'.repeat(21) } }, 'variableTooLong');
  await refused({ variables: { order: '5', other: '6' } }, 'variableUnknown');
  await refused({ sendAt: '2020-01-01T00:00:00Z' }, 'sendAtOutOfRange');
  await refused({ statusUrl: 'https://10.0.0.1/' }, 'statusUrlRefused');
  const busy = { ...message, phone: '+79991234568' };
  await ask('POST', `${one}/batch`, `${one}/batch`, { body: { messages: Array(6).fill(busy) } });
  await refused(busy, 'quotaSpent');
  await ask('POST', one, one, { body: message, headers: { 'content-type': 'text/plain' } });
  await ask('POST', one, one, { body: message, headers: { 'x-forwarded-proto': 'http' } });
  await ask('POST', one, one, { body: { ...message, clientMessageId: 'a' } });
  await ask('POST', one, one, { body: { ...message, clientMessageId: 'a', ttlSeconds: 20 } });
  const batch = `${one}/batch`;
  await ask('POST', batch, batch, { body: { messages: [message, { ...message, clientMessageId: 'b' }, 5] } });
  await ask('POST', batch, batch, { body: { messages: [] } });
  await ask('GET', one, `${one}?limit=1`);
  await ask('GET', one, `${one}?limit=0`);
  await ask('GET', one, one, { change: (said) => (said.oauth_timestamp = 1) });
  const read = `${one}/{messageId}`;
  await ask('GET', read, `${one}/${sent.body.id}`);
  await ask('GET', read, `${one}/${'0'.repeat(24)}`);
  const cancel = `${read}/cancel`;
  await ask('POST', cancel, `${one}/${sent.body.id}/cancel`);
  await ask('POST', cancel, `${one}/${sent.body.id}/cancel`);
  for (const endpoint of Object.values<V1Endpoint>(v1Endpoints)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    expect(seen).toContain(`${endpoint.method} ${path} ${endpoint.status}`);
  }
});

it('is a page without scripts and a file, open to callers without a key', async () => {
  const page = await fetch(`${desk.url}/api/v1/docs`);
  const html = await page.text();
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(html).not.toMatch(/<script|src=|href="http|@import|url\(/);
  for (const { path } of Object.values<V1Endpoint>(v1Endpoints))
    expect(html).toContain(path.replace(/:(\w+)/g, '{$1}'));
  expect(await (await fetch(`${desk.url}/api/v1/openapi.json`)).json()).toEqual(document);
});
