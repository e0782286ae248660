import type { lookup } from 'node:dns';
import { expect, it } from 'vitest';
import { createNoticePoster } from '../../../server/statusWebhooks/postNotice.ts';
import { isPublicAddress, problemOfTarget, publicLookup } from '../../../server/statusWebhooks/target.ts';
import { openReceiver } from './receiver.ts';

const open = { allowsPrivate: false };

it.each([
  'http://shop.example.com/status',
  'ftp://shop.example.com/',
  'https://user:word@shop.example.com/',
  'https://localhost/',
  'https://db.internal/',
  'https://printer.local/',
  'https://intranet/',
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://10.0.0.1/',
  'https://172.16.3.4/',
  'https://192.168.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/',
  'https://0.0.0.0/',
  'https://[::1]/',
  'https://[fe80::1]/',
  'https://[fd00::1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://[64:ff9b::a00:1]/',
  'https://[::7f00:1]/',
  'https://[::a00:1]/',
  'https://[2002:7f00:1::]/',
  'not an address',
])('refuses %s as a target', (url) => {
  expect(problemOfTarget(url, open)).toEqual({
    code: expect.any(String),
    ru: expect.stringMatching(/[а-я]/),
    en: expect.any(String),
  });
});

it('allows public addresses, and private ones when the setting allows them', () => {
  expect(problemOfTarget('https://shop.example.com:8443/status?a=1', open)).toBeNull();
  expect(problemOfTarget('https://93.184.215.14/', open)).toBeNull();
  expect(problemOfTarget('https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/', open)).toBeNull();
  expect(problemOfTarget('http://127.0.0.1:3000/', { allowsPrivate: true })).toBeNull();
  expect(problemOfTarget('ftp://127.0.0.1/', { allowsPrivate: true })).not.toBeNull();
  expect(isPublicAddress('')).toBe(false);
});

it('checks a host name by its addresses at the moment of the call', async () => {
  await using receiver = await openReceiver();
  const asked: string[] = [];
  const resolve = ((name: string, _options: unknown, done: (e: null, found: unknown) => void) => {
    asked.push(name);
    done(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '::ffff:127.0.0.1', family: 6 },
    ]);
  }) as unknown as typeof lookup;
  const poster = createNoticePoster({ ...open, timeoutMs: 1_000, lookup: publicLookup(resolve) });
  const { port } = new URL(receiver.url);
  const posted = await poster.post(`https://shop.example.com:${port}/`, {}, '{}');
  poster.close();
  expect(asked).toEqual(['shop.example.com']);
  expect(posted).toEqual({ httpStatus: null, problem: 'noPublicAddress' });
  expect(receiver.received).toHaveLength(0);
});

it('gives a socket only the public ones of several addresses', async () => {
  const resolve = ((_name: string, _options: unknown, done: (e: null, found: unknown) => void) =>
    done(null, [
      { address: '10.0.0.1', family: 4 },
      { address: '93.184.215.14', family: 4 },
    ])) as unknown as typeof lookup;
  const found = await new Promise((done) =>
    publicLookup(resolve)('a.example', { all: true }, (_e, list) => done(list)),
  );
  expect(found).toEqual([{ address: '93.184.215.14', family: 4 }]);
});
