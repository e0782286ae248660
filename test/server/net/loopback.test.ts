import { describe, expect, it } from 'vitest';
import { isHttpsOrLoopback, isLoopback } from '../../../server/net/loopback.ts';

const onThisMachine = [
  'localhost',
  'LOCALHOST',
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '127.1',
  '2130706433',
  '0x7f.1',
  '::1',
  '[::1]',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  '[::ffff:7f00:1]',
];
const elsewhere = [
  '',
  '[]',
  'localhost.',
  'sub.localhost',
  'localhost.evil.example',
  'notlocalhost',
  '127.evil.example',
  '127.0.0.1.evil.example',
  '0.0.0.0',
  '::',
  '[::]',
  '::7f00:1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  '128.0.0.1',
  '10.0.0.1',
  '192.168.0.1',
  '169.254.169.254',
  'fe80::1',
  '[::1',
  '[[::1]]',
  // Callers pass a host without its port.
  'localhost:3000',
  '127.0.0.1:3000',
  '[::1]:3000',
];

describe('a host', () => {
  it.each(onThisMachine)('%s is this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(elsewhere)('%j may be elsewhere', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('an address', () => {
  it.each([
    'https://api.vk.ru/method',
    'https://10.0.0.1:8443/',
    'http://localhost:3000/x',
    'http://LOCALHOST:1',
    'http://127.0.0.1:3001/method',
    'http://127.1:1/',
    'http://2130706433/',
    'http://[::1]:1/x',
    'http://[::ffff:127.0.0.1]:1/',
  ])('%s may carry tokens', (address) => {
    expect(isHttpsOrLoopback(address)).toBe(true);
  });

  it.each([
    '',
    'localhost',
    'localhost:3000',
    'http://api.vk.ru/method',
    'http://0.0.0.0:1/',
    'http://localhost./',
    'http://sub.localhost/',
    'http://127.evil.example/',
    'http://127.0.0.1.evil.example/',
    'http://localhost@evil.example/',
    'http://127.0.0.1@evil.example/',
    'http://evil.example#127.0.0.1',
    'ftp://127.0.0.1/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
  ])('%j may not', (address) => {
    expect(isHttpsOrLoopback(address)).toBe(false);
  });
});
