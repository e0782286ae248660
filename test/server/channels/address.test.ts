import { expect, it } from 'vitest';
import { requireSafeAddress } from '../../../server/channels/address.ts';
import { createVkClients } from '../../../server/channels/vk/clients.ts';
import { sealing } from './vk/vkFixture.ts';

it.each([
  'https://api.vk.ru/method',
  'http://127.0.0.1:3001/method',
  'http://localhost:1',
  'http://[::1]:1/x',
])('allows a network at %s', (address) => {
  expect(requireSafeAddress(address, 'The address').href).toContain(address);
});

it.each([
  'http://api.vk.ru/method',
  'http://127.0.0.1.evil.example/method',
  'http://localhost@evil.example/',
  'ftp://127.0.0.1/',
  'file:///etc/passwd',
  'nonsense',
])('refuses a network at %s', (address) => {
  expect(() => requireSafeAddress(address, 'The address')).toThrow(/^The address/);
});

it('refuses to start when the address of VK would send tokens over plain HTTP', () => {
  const deps = {
    communities: undefined as never,
    sealing,
    budgets: undefined as never,
    apiBaseUrl: 'http://api.vk.ru/method',
  };
  expect(() => createVkClients(deps)).toThrow('must be https');
});
