import { expect, it } from 'vitest';
import { snoozePresets } from '../../../web/conversation/snooze.ts';

it('offers only future times, in order, without duplicates', () => {
  for (let hour = 0; hour < 24 * 7; hour += 1) {
    const now = new Date(2026, 4, 18, hour, 30);
    const times = snoozePresets(now).map(({ until }) => until.getTime());
    expect(times.every((time) => time > now.getTime())).toBe(true);
    expect(new Set(times).size).toBe(times.length);
  }
});

it('omits the evening once it has come', () => {
  const presets = (hour: number) => snoozePresets(new Date(2026, 4, 20, hour)).map(({ preset }) => preset);
  expect(presets(12)).toContain('evening');
  expect(presets(19)).not.toContain('evening');
});
