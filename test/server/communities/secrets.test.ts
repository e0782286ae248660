import { expect, it } from 'vitest';
import { openSecret, sealSecret } from '../../../server/communities/secrets.ts';
import { createSealing } from '../../../server/storage/sealing.ts';

const sealing = createSealing(Buffer.alloc(32, 1));
const shop = { network: 'vk', externalId: '1' } as const;
const bank = { network: 'vk', externalId: '2' } as const;

it("opens a community's token for that community and that field only", () => {
  const sealed = sealSecret(sealing, shop, 'token', 'key of the shop');
  expect(openSecret(sealing, shop, 'token', sealed)).toBe('key of the shop');
  expect(() => openSecret(sealing, bank, 'token', sealed)).toThrow(/vk 2/);
  expect(() => openSecret(sealing, { ...shop, network: 'ok' }, 'token', sealed)).toThrow();
  expect(() => openSecret(sealing, shop, 'webhookSecret', sealed)).toThrow();
});

it('opens a secret that was sealed before secrets were bound to their community', () => {
  const sealed = sealing.seal('old key', 'community token');
  expect(openSecret(sealing, shop, 'token', sealed)).toBe('old key');
  expect(() => openSecret(sealing, shop, 'webhookSecret', sealed)).toThrow();
});
