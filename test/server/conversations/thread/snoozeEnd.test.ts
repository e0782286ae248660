import { expect, it } from 'vitest';
import { snoozeEnd } from '../../../../server/conversations/thread/snoozeEnd.ts';
import type { Snooze } from '../../../../shared/schemas/conversation.ts';

/** A Sunday, 17:30 in Moscow and already Monday 00:30 in Vladivostok. */
const now = new Date('2026-11-29T14:30:00Z');
const timeZone = 'Europe/Moscow';

it.each<[Snooze, string]>([
  [{ kind: 'minutes', minutes: 60 }, '2026-11-29T15:30:00.000Z'],
  [{ kind: 'named', name: 'evening', timeZone }, '2026-11-29T15:00:00.000Z'],
  [{ kind: 'named', name: 'tomorrow', timeZone }, '2026-11-30T06:00:00.000Z'],
  [{ kind: 'named', name: 'monday', timeZone }, '2026-11-30T06:00:00.000Z'],
  [{ kind: 'named', name: 'week', timeZone }, '2026-12-06T06:00:00.000Z'],
  [{ kind: 'named', name: 'evening', timeZone: 'Asia/Vladivostok' }, '2026-11-30T08:00:00.000Z'],
  [{ kind: 'named', name: 'monday', timeZone: 'Asia/Vladivostok' }, '2026-12-06T23:00:00.000Z'],
  [{ kind: 'local', localTime: '2026-12-31T18:00', timeZone }, '2026-12-31T15:00:00.000Z'],
  [{ kind: 'minutes', minutes: 90 * 24 * 60 }, '2027-02-27T14:30:00.000Z'],
])('ends %j at %s', (snooze, until) => {
  expect(snoozeEnd(snooze, now)).toEqual({ kind: 'until', until: new Date(until) });
});

it.each<[Snooze, string]>([
  [{ kind: 'minutes', minutes: 0 }, 'snoozeInPast'],
  [{ kind: 'minutes', minutes: -180 }, 'snoozeInPast'],
  [{ kind: 'named', name: 'evening', timeZone: 'Asia/Tashkent' }, 'snoozeInPast'],
  [{ kind: 'local', localTime: '2026-11-29T17:30', timeZone }, 'snoozeInPast'],
  [{ kind: 'local', localTime: '0001-01-01T00:00', timeZone }, 'snoozeInPast'],
  [{ kind: 'minutes', minutes: 90 * 24 * 60 + 1 }, 'snoozeTooFar'],
  [{ kind: 'local', localTime: '9999-12-31T23:59', timeZone }, 'snoozeTooFar'],
])('refuses %j with %s', (snooze, code) => {
  expect(snoozeEnd(snooze, now)).toEqual({ kind: 'refused', code });
});
