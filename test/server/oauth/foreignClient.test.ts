/** Accepts every signature of a foreign client library, and no other. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import OAuth from 'oauth-1.0a';
import { expect, it } from 'vitest';
import { readSigned } from '../../../server/oauth/readSigned.ts';
import { baseString, isSignedWith, signingKey } from '../../../server/oauth/signature.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
// The library signs a query's names as they stand in the address, undecoded: only plain ones are the same for both.
const name = fc.stringMatching(/^q[A-Za-z0-9._~-]{0,7}$/);
const hashes = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' } as const;

it('agrees about any query, path, key and secret', () => {
  fc.assert(
    fc.property(
      fc.record({
        query: fc.uniqueArray(fc.tuple(name, text), { selector: ([first]) => first, maxLength: 5 }),
        path: fc.array(text, { maxLength: 3 }),
        consumerKey: fc.string({ minLength: 1, maxLength: 20 }),
        secret: text,
        method: fc.constantFrom('HMAC-SHA1' as const, 'HMAC-SHA256' as const),
        verb: fc.constantFrom('GET', 'POST'),
      }),
      ({ query, path, consumerKey, secret, method, verb }) => {
        const target = `/${path.map(encodeURIComponent).join('/')}`;
        const search = query
          .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
          .join('&');
        const origin = 'https://desk.example.com';
        const client = new OAuth({
          consumer: { key: consumerKey, secret },
          signature_method: method,
          hash_function: (base, key) => createHmac(hashes[method], key).update(base).digest('base64'),
        });
        const url = `${origin}${target}${search ? `?${search}` : ''}`;
        const { Authorization } = client.toHeader(client.authorize({ url, method: verb }));
        const read = readSigned({
          target: url.slice(origin.length),
          authorization: Authorization,
          form: null,
        });
        if (read.kind !== 'signed') throw new Error(`It was not read: ${read.kind}`);
        const { request } = read;
        expect(request).toMatchObject({ consumerKey, method, path: target });
        const key = signingKey(secret);
        const base = baseString(verb, origin + request.path, request.parameters);
        expect(isSignedWith({ ...request, base }, key)).toBe(true);
        expect(isSignedWith({ ...request, base }, signingKey(`${secret}x`))).toBe(false);
        const other = baseString(verb, origin + request.path, [...request.parameters, ['more', '']]);
        expect(isSignedWith({ ...request, base: other }, key)).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

it.each([
  ['/a?x=%ff', undefined, 'rejected'],
  ['/a?oauth_nonce=1&oauth_nonce=2', undefined, 'rejected'],
  ['/a', 'Basic eDp5', 'unsigned'],
  ['/a', 'OAuth oauth_token="t"', 'tokenRejected'],
  ['/a', 'OAuth oauth_consumer_key="k"', 'absent'],
])('reads %s with %s as %s', (target, authorization, kind) => {
  expect(readSigned({ target, authorization, form: null }).kind).toBe(kind);
});
