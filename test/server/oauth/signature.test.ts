import { expect, it } from 'vitest';
import { isBodyHash } from '../../../server/oauth/bodyHash.ts';
import { readAuthorization, readForm } from '../../../server/oauth/parameters.ts';
import { percentEncode } from '../../../server/oauth/percentEncode.ts';
import { readSigned } from '../../../server/oauth/readSigned.ts';
import { baseString, isSignedWith, sign, signingKey } from '../../../server/oauth/signature.ts';

/** RFC 5849, section 3.4.1.1, with erratum 2550's secrets and signature. */
const published = {
  header:
    'OAuth realm="Example", oauth_consumer_key="9djdj82h48djs9d2", oauth_token="kkk9d7dh3k39sjv7", ' +
    'oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201", oauth_nonce="7d8f3e4a", ' +
    'oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D"',
  query: 'b5=%3D%253D&a3=a&c%40=&a2=r%20b',
  form: 'c2&a3=2+q',
  base:
    'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26' +
    'c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26' +
    'oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
};

it('makes the base string that RFC 5849 publishes in section 3.4.1.1', () => {
  const header = readAuthorization(published.header);
  if (!Array.isArray(header)) throw new Error('the header cannot be read');
  const parameters = [...header, ...(readForm(published.query) ?? []), ...(readForm(published.form) ?? [])];
  const base = baseString('post', 'http://example.com/request', parameters);
  expect(base).toBe(published.base);
  const key = signingKey('j49sk3j29djd', 'dh893hdasih9');
  expect(sign('HMAC-SHA1', key, base).toString('base64')).toBe('r6/TJjbCOr97/+UU0NsvSne7s5g=');
});

it.each([
  {
    step: 'initiate',
    method: 'POST',
    url: 'https://photos.example.net/initiate',
    query: '',
    tokenSecret: '',
    said: {
      oauth_timestamp: '137131200',
      oauth_nonce: 'wIjqoS',
      oauth_callback: 'http://printer.example.com/ready',
    },
    signature: '74KNZJeDHnMBp0EMJ9ZHt/XKycU=',
  },
  {
    step: 'token',
    method: 'POST',
    url: 'https://photos.example.net/token',
    query: '',
    tokenSecret: 'hdhd0244k9j7ao03',
    said: {
      oauth_token: 'hh5s93j4hdidpola',
      oauth_timestamp: '137131201',
      oauth_nonce: 'walatlh',
      oauth_verifier: 'hfdp7dh39dks9884',
    },
    signature: 'gKgrFCywp7rO0OXSjdot/IHF7IU=',
  },
  {
    step: 'photos',
    method: 'GET',
    url: 'http://photos.example.net/photos',
    query: 'file=vacation.jpg&size=original',
    tokenSecret: 'pfkkdhi9sl3r4s00',
    said: { oauth_token: 'nnch734d00sl2jdk', oauth_timestamp: '137131202', oauth_nonce: 'chapoH' },
    signature: 'MdpQcU8iPSUjWoN/UDMsK2sui9I=',
  },
])(
  'signs as RFC 5849 does in section 1.2, step $step',
  ({ method, url, query, tokenSecret, said, signature }) => {
    const base = baseString(method, url, [
      ['oauth_consumer_key', 'dpf43f3p2l4k3l03'],
      ['oauth_signature_method', 'HMAC-SHA1'],
      ...Object.entries(said),
      ...(readForm(query) ?? []),
    ]);
    const key = signingKey('kd94hf93k423kf44', tokenSecret);
    expect(sign('HMAC-SHA1', key, base).toString('base64')).toBe(signature);
    expect(isSignedWith({ method: 'HMAC-SHA1', base, signature }, key)).toBe(true);
    expect(isSignedWith({ method: 'HMAC-SHA256', base, signature }, key)).toBe(false);
    expect(isSignedWith({ method: 'HMAC-SHA1', base, signature: '' }, key)).toBe(false);
  },
);

it('hashes a body as the body hash draft publishes', () => {
  // OAuth Request Body Hash 1.0 draft 4, section 5: the body "Hello World!".
  expect(isBodyHash('Lve95gjOVATpfV8EL5X4nxwjKHE=', Buffer.from('Hello World!'))).toBe(true);
  expect(isBodyHash('Lve95gjOVATpfV8EL5X4nxwjKHE=', Buffer.from('Hello world!'))).toBe(false);
});

/** Signed by Python's oauthlib 4.0.1, which hashes the body by SHA-1 under both methods. */
it.each([
  ['HMAC-SHA256', '4vi9d6H9TSQPyuzjzkpVDUBzcVmSBVGden1IMGo%2B46A%3D'],
  ['HMAC-SHA1', '4tNdKvtXuKpyGXbSquVqBzy1Jt0%3D'],
] as const)('accepts the signature and the body hash of oauthlib: %s', (method, signature) => {
  const body = '{"phone":"+79991234567","template":"orderReady","variables":{"order":"№ 7 — «да»"}}';
  const authorization =
    'OAuth oauth_nonce="nonce-of-oauthlib", oauth_timestamp="1791800000", oauth_version="1.0", ' +
    `oauth_signature_method="${method}", oauth_consumer_key="shop", ` +
    `oauth_body_hash="6HgKR542LxkbeOHLskn6UsIsOyo%3D", oauth_signature="${signature}"`;
  const read = readSigned({ target: '/api/v1/messages?dry=1', authorization, form: null });
  if (read.kind !== 'signed') throw new Error(`It was not read: ${read.kind}`);
  const { path, parameters, bodyHash } = read.request;
  const base = baseString('POST', `https://desk.example.com${path}`, parameters);
  expect(isSignedWith({ ...read.request, base }, signingKey('s e c+r&et'))).toBe(true);
  expect(isBodyHash(bodyHash ?? '', Buffer.from(body))).toBe(true);
  expect(isBodyHash(bodyHash ?? '', Buffer.from(`${body} `))).toBe(false);
});

it('encodes what the RFC reserves, and text in any script', () => {
  expect(percentEncode("-._~ +!'()*☃я")).toBe('-._~%20%2B%21%27%28%29%2A%E2%98%83%D1%8F');
});

it('sorts by name before value even where one name begins with another', () => {
  const base = baseString('GET', 'http://a/', [
    ['a1', 'x'],
    ['a', 'z'],
    ['a', 'b'],
    ['a-', 'y'],
  ]);
  expect(decodeURIComponent(base.split('&')[2] ?? '')).toBe('a=b&a=z&a-=y&a1=x');
});

it.each([
  ['OAuth', null],
  ['Bearer x', null],
  ['OAuth a', 'malformed'],
  ['OAuth a="1', 'malformed'],
  ['OAuth a="1" b="2"', 'malformed'],
  ['OAuth a="%zz"', 'malformed'],
  ['OAuth a="1",', 'malformed'],
  [
    'oauth realm="a,b=c", a = "1" ,b="%20"',
    [
      ['a', '1'],
      ['b', ' '],
    ],
  ],
])('reads the header %s', (header, read) => {
  expect(readAuthorization(header)).toEqual(read);
});

it('reads a header of any shape in linear time', () => {
  const startedAt = performance.now();
  for (const odd of [',', '"', 'a="', 'a="b",', ' ', 'a=', '\t='])
    readAuthorization(`OAuth ${odd.repeat(16_000)}`);
  expect(performance.now() - startedAt).toBeLessThan(500);
});
