import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeKey, rotateKey } from '../../server/apiKeys/changeKeys.ts';
import { type ServedV1, serveV1 } from '../server/http/v1/serveV1.ts';
import { authorizationOf, type ClientKey, callSigned } from '../server/http/v1/signedClient.ts';

const message = { phone: '+79991234567', template: 'orderReady', variables: { order: '№ 5, «чай»' } };
const actor = { id: 'e'.repeat(24), name: 'Anna' };

describe('N16: only over HTTPS, authorised by OAuth 1.0', () => {
  let api: ServedV1;
  let key: ClientKey & { id: Awaited<ReturnType<ServedV1['makeKey']>>['id'] };
  let messagesUrl: string;
  beforeAll(async () => {
    api = await serveV1();
    key = await api.makeKey();
    messagesUrl = `${api.url}/api/v1/messages`;
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it.each(['HMAC-SHA1', 'HMAC-SHA256'] as const)(
    'accepts requests that a third-party client library signs with %s',
    async (method) => {
      const sent = await callSigned(key, 'POST', messagesUrl, { method, body: message });
      expect(sent).toMatchObject({ status: 202, body: { id: expect.any(String) } });
      const listed = await callSigned(key, 'GET', `${messagesUrl}?limit=1&from=2026-01-01T00%3A00%3A00Z`, {
        method,
      });
      expect(listed).toMatchObject({ status: 200, body: { messages: [{ phone: message.phone }] } });
    },
  );

  it('accepts the signature in the query too, and in a form', async () => {
    const header = authorizationOf(key, 'GET', messagesUrl);
    const parameters = [...header.matchAll(/(oauth_\w+)="([^"]*)"/g)].map(
      ([, name, value]) => `${name}=${value}`,
    );
    expect((await fetch(`${messagesUrl}?${parameters.join('&')}`)).status).toBe(200);

    const sent = await callSigned(key, 'POST', messagesUrl, { body: message });
    const cancelUrl = `${messagesUrl}/${sent.body.id}/cancel`;
    const form = [...authorizationOf(key, 'POST', cancelUrl).matchAll(/(oauth_\w+)="([^"]*)"/g)];
    const answer = await fetch(cancelUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.map(([, name, value]) => `${name}=${value}`).join('&'),
    });
    expect(answer.status).toBe(200);
  });

  it.each([
    [
      'a wrong secret',
      { change: (a: { oauth_signature: string }) => (a.oauth_signature = `A${a.oauth_signature.slice(1)}`) },
      'signatureInvalid',
      'signature_invalid',
    ],
    [
      'another address',
      { signedUrl: 'http://example.com/api/v1/messages' },
      'signatureInvalid',
      'signature_invalid',
    ],
    [
      'an unknown key',
      { change: (a: { oauth_consumer_key: string }) => (a.oauth_consumer_key = 'f'.repeat(32)) },
      'consumerKeyUnknown',
      'consumer_key_unknown',
    ],
    [
      'PLAINTEXT',
      { change: (a: { oauth_signature_method: string }) => (a.oauth_signature_method = 'PLAINTEXT') },
      'signatureMethodRejected',
      'signature_method_rejected',
    ],
    [
      'no nonce',
      { change: (a: { oauth_nonce?: string }) => delete a.oauth_nonce },
      'oauthParameterAbsent',
      'parameter_absent',
    ],
    [
      'version 2',
      { change: (a: { oauth_version?: string }) => (a.oauth_version = '2.0') },
      'oauthVersionRejected',
      'version_rejected',
    ],
  ])('refuses %s and names it, telling no secret', async (_, options, code, problem) => {
    const answer = await callSigned(key, 'GET', messagesUrl, options as never);
    expect(answer).toMatchObject({ status: 401, body: { error: { code } } });
    expect(answer.headers.get('www-authenticate')).toBe(
      `OAuth realm="notify-inbox", oauth_problem="${problem}"`,
    );
    expect(JSON.stringify(answer.body)).not.toContain(key.consumerSecret);
    expect(JSON.stringify(answer.body)).not.toMatch(/ at .*\.ts|stack/);
  });

  it('refuses a request that is not signed, or signed in two places', async () => {
    const unsigned = await fetch(messagesUrl);
    expect(unsigned.status).toBe(401);
    expect(await unsigned.json()).toMatchObject({ error: { code: 'authorizationMissing' } });
    const twice = await fetch(`${messagesUrl}?oauth_nonce=1`, {
      headers: { authorization: authorizationOf(key, 'GET', messagesUrl) },
    });
    expect(await twice.json()).toMatchObject({ error: { code: 'oauthParameterRejected' } });
  });

  it('accepts a nonce once, in any process and however many requests come at once', async () => {
    const other = await api.another({ publicUrl: api.url });
    const authorization = authorizationOf(key, 'GET', messagesUrl);
    const requests = Array.from({ length: 20 }, (_, index) =>
      fetch(`${index % 2 ? other.url : api.url}/api/v1/messages`, { headers: { authorization } }),
    );
    const statuses = (await Promise.all(requests)).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  });

  it('accepts only timestamps within five minutes of its clock', async () => {
    const at = Date.now();
    const ask = async (clockMs: number) => {
      api.clock.nowMs = clockMs;
      try {
        const answer = await callSigned(key, 'GET', messagesUrl);
        return answer.body.error?.code ?? answer.status;
      } finally {
        api.clock.nowMs = null;
      }
    };
    expect(await ask(at + 298_000)).toBe(200);
    expect(await ask(at - 298_000)).toBe(200);
    expect(await ask(at + 303_000)).toBe('timestampRefused');
    expect(await ask(at - 303_000)).toBe('timestampRefused');
  });

  it('remembers a nonce for as long as a request with its timestamp is accepted', async () => {
    const at = Date.now();
    for (const clientAheadS of [-298, 0, 298]) {
      // The client's clock is off: by the desk's clock the request was signed earlier or later.
      api.clock.nowMs = at - clientAheadS * 1000;
      const before = await api.nonces().find().toArray();
      try {
        expect((await callSigned(key, 'GET', messagesUrl)).status).toBe(200);
      } finally {
        api.clock.nowMs = null;
      }
      const seen = new Set(before.map(({ _id }) => _id));
      const [added, ...more] = (await api.nonces().find().toArray()).filter(({ _id }) => !seen.has(_id));
      expect(more).toEqual([]);
      const timestampS = Number(added?._id.split(' ')[1]);
      expect(Math.abs(timestampS * 1000 - at)).toBeLessThan(5_000);
      expect(added?.expiresAt.getTime()).toBeGreaterThan((timestampS + 300) * 1000);
    }
  });

  it('checks the body hash when it is sent, and requires it when the key does', async () => {
    const covered = await callSigned(key, 'POST', messagesUrl, { body: message, hasBodyHash: true });
    expect(covered.status).toBe(202);
    const authorization = authorizationOf(key, 'POST', messagesUrl, { body: message, hasBodyHash: true });
    const changed = await fetch(messagesUrl, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ ...message, phone: '+79990000000' }),
    });
    expect(await changed.json()).toMatchObject({ error: { code: 'bodyHashInvalid' } });
    const strict = await api.makeKey({ requiresBodyHash: true });
    const uncovered = await callSigned(strict, 'POST', messagesUrl, { body: message });
    expect(uncovered).toMatchObject({ status: 401, body: { error: { code: 'bodyHashAbsent' } } });
    expect((await callSigned(strict, 'GET', messagesUrl)).status).toBe(200);
    expect((await callSigned(strict, 'POST', messagesUrl, { body: message, hasBodyHash: true })).status).toBe(
      202,
    );
  });

  it('accepts both secrets during a rotation, and the old one no longer than its overlap', async () => {
    const before = await api.makeKey();
    const rotated = await rotateKey(api.keyParts, actor, before.id, 1);
    assert(rotated.kind === 'made' && rotated.consumerSecret !== null);
    const after = { ...before, consumerSecret: rotated.consumerSecret };
    expect((await callSigned(before, 'GET', messagesUrl)).status).toBe(200);
    expect((await callSigned(after, 'GET', messagesUrl)).status).toBe(200);
    const again = await rotateKey(api.keyParts, actor, before.id, 0);
    assert(again.kind === 'made' && again.consumerSecret !== null);
    expect((await callSigned(before, 'GET', messagesUrl)).body.error?.code).toBe('signatureInvalid');
    expect((await callSigned(after, 'GET', messagesUrl)).body.error?.code).toBe('signatureInvalid');
    expect(
      (await callSigned({ ...before, consumerSecret: again.consumerSecret }, 'GET', messagesUrl)).status,
    ).toBe(200);
  });

  it('refuses a switched-off key at once, and allows a key only its own rights', async () => {
    const reader = await api.makeKey({ rights: ['read'] });
    const refused = await callSigned(reader, 'POST', messagesUrl, { body: message });
    expect(refused).toMatchObject({
      status: 403,
      body: { error: { code: 'rightMissing', details: { right: 'send' } } },
    });
    await changeKey(api.keyParts, actor, reader.id, { isActive: false });
    expect((await callSigned(reader, 'GET', messagesUrl)).body.error?.code).toBe('consumerKeyOff');
    const guess = { ...reader, consumerSecret: 'guess' };
    expect((await callSigned(guess, 'GET', messagesUrl)).body.error?.code).toBe('signatureInvalid');
  });

  it('never shows a key the messages of another key', async () => {
    const stranger = await api.makeKey();
    const sent = await callSigned(key, 'POST', messagesUrl, { body: message });
    const seen = await callSigned(stranger, 'GET', `${messagesUrl}/${sent.body.id}`);
    expect(seen).toMatchObject({ status: 404, body: { error: { code: 'notFound' } } });
  });
});

describe('N16: behind a proxy', () => {
  const publicUrl = 'https://desk.example.com';
  const signedUrl = `${publicUrl}/api/v1/messages`;

  it('accepts requests that a declared proxy got over HTTPS, signed for the public address', async () => {
    await using api = await serveV1({ publicUrl, trustProxy: ['loopback'] });
    const key = await api.makeKey();
    const url = `${api.url}/api/v1/messages`;
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' };
    expect((await callSigned(key, 'GET', url, { signedUrl, headers })).status).toBe(200);
    const wrong = await callSigned(key, 'GET', url, { headers });
    expect(wrong.body.error).toMatchObject({ code: 'signatureInvalid', details: { signedUrl } });
    const plain = await callSigned(key, 'GET', url, {
      signedUrl,
      headers: { ...headers, 'x-forwarded-proto': 'http' },
    });
    expect(plain).toMatchObject({ status: 403, body: { error: { code: 'httpsRequired' } } });
  });

  it('does not trust a proxy that was not declared', async () => {
    await using api = await serveV1({ publicUrl });
    const key = await api.makeKey();
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' };
    const answer = await callSigned(key, 'GET', `${api.url}/api/v1/messages`, { signedUrl, headers });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'httpsRequired' } } });
  });
});
