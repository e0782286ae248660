import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v1OpenApiDocument } from '../../../../server/http/v1/v1OpenApi.ts';
import { type V1Endpoint, v1Endpoints } from '../../../../shared/v1/endpoints.ts';
import { type ServedV1, serveV1 } from './serveV1.ts';
import { type ClientKey, callSigned, type SignedOptions } from './signedClient.ts';

const document = JSON.parse(JSON.stringify(v1OpenApiDocument()));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ ...document, $id: 'openapi' });
const message = { phone: '+79991234567', template: 'orderReady' };

let api: ServedV1;
let key: ClientKey;
beforeAll(async () => {
  api = await serveV1();
  key = await api.makeKey();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Calls the running server and holds its answer against what the description says of that path and status. */
async function documented(verb: 'GET' | 'POST', path: string, filled: string, options: SignedOptions = {}) {
  const answer = await callSigned(key, verb, `${api.url}${filled}`, options);
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

it('describes each answer that the running server gives', async () => {
  const seen = new Set<string>();
  const ask = async (...call: Parameters<typeof documented>) => {
    const answer = await documented(...call);
    seen.add(`${call[0]} ${call[1]} ${answer.status}`);
    return answer;
  };
  const one = '/api/v1/messages';
  const sent = await ask('POST', one, one, {
    body: { ...message, callbackData: 'x', sendAt: '2030-01-01T00:00:00Z' },
  });
  await ask('POST', one, one, { body: { ...message, images: [] } });
  await ask('POST', one, one, { body: { ...message, template: 'unknown' } });
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

it('is a page without scripts and a file, open to who has no key', async () => {
  const page = await fetch(`${api.url}/api/v1/docs`);
  const html = await page.text();
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(html).not.toMatch(/<script|src=|href="http|@import|url\(/);
  for (const { path } of Object.values<V1Endpoint>(v1Endpoints))
    expect(html).toContain(path.replace(/:(\w+)/g, '{$1}'));
  expect(await (await fetch(`${api.url}/api/v1/openapi.json`)).json()).toEqual(document);
});
