import { expect, it } from 'vitest';
import { pollStress } from './pollStress.ts';

it('receives every message within three seconds, whatever disturbed listening just before', async () => {
  const seed = Date.now() % 1_000_000;
  const report = await pollStress(40, seed);
  expect(report, `seed ${seed}`).toMatchObject({ rounds: 40, late: [] });
}, 180_000);
