import { expect, it } from 'vitest';
import { gaveUpWaiting, type LinkState, lost } from '../../../web/desk/linkState.ts';

const online: LinkState = { phase: 'online' };

it('a break is first shown as reconnecting, then as an outage since its beginning', () => {
  const broken = lost(online, 1_000);
  expect(broken).toEqual({ phase: 'reconnecting', sinceMs: 1_000 });
  expect(lost(broken, 5_000)).toBe(broken);
  const outage = gaveUpWaiting(broken, 11_000);
  expect(outage).toEqual({ phase: 'offline', sinceMs: 1_000 });
  expect(lost(outage, 12_000)).toBe(outage);
});

it('an alarm that fires after the connection is back changes nothing', () => {
  expect(gaveUpWaiting(online, 11_000)).toBe(online);
});
