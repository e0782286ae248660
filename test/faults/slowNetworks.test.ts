import { expect, it } from 'vitest';
import { slowNetworks } from './slowNetworks.ts';

it('sends nothing late, twice or beyond quota while networks are slow, processes stop and clocks are wrong', async () => {
  const report = await slowNetworks({
    seconds: 6,
    vk: 'gateway',
    clients: 3,
    rounds: 3,
    waitsForReports: false,
  });
  expect(report).toMatchObject({
    late: [],
    twice: [],
    sixth: [],
    denied: [],
    wrongTimes: [],
    unitsWrong: [],
  });
  expect(report.accepted).toBeGreaterThan(0);
  expect(report.stops).toBeGreaterThan(0);
}, 300_000);
