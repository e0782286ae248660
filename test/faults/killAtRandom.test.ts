import { expect, it } from 'vitest';
import { killAtRandom } from './killAtRandom.ts';

it('stores each message once and in order however often the program is killed', async () => {
  const outcome = await killAtRandom({ kills: 8, messages: 800 });
  expect(outcome).toMatchObject({ sent: 800, stored: 800, missing: [], doubled: [], disordered: [] });
}, 240_000);
