import { describe, expect, it } from 'vitest';
import type { WallPerson } from '../../../shared/schemas/wall.ts';
import { byNeed, countText, spanMs, spanText } from '../../../web/wall/wallText.ts';
import { hexId } from '../support/samples.ts';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

describe('a span', () => {
  it.each([
    [0, '0 с'],
    [59 * SECOND, '59 с'],
    [60 * SECOND, '1 мин'],
    [59 * MINUTE + 59 * SECOND, '59 мин'],
    [HOUR, '1 ч'],
    [3 * HOUR + 20 * MINUTE, '3 ч 20 мин'],
    [23 * HOUR + 59 * MINUTE, '23 ч 59 мин'],
    [24 * HOUR, '1 дн.'],
    [52 * HOUR, '2 дн. 4 ч'],
  ])('of %d ms is %s', (ms, text) => {
    expect(spanText(ms, 'ru-RU').replaceAll('\u00A0', ' ')).toBe(text);
  });

  it('is shorter in English', () => {
    expect(spanText(3 * HOUR + 20 * MINUTE, 'en-GB')).toBe('3h 20m');
  });

  it('goes by the server’s clock and by how long ago the view came, never by the clock of the viewer', () => {
    const view = { at: '2026-03-10T12:00:00.000Z' };
    expect(spanMs(view, '2026-03-10T11:59:00.000Z', 2_000)).toBe(62_000);
    // The network's clock was ahead.
    expect(spanMs(view, '2026-03-10T12:00:05.000Z', 2_000)).toBe(0);
  });
});

it('a count that stopped says that there may be more', () => {
  expect(countText(999, 1_000, 'en-GB')).toBe('999');
  expect(countText(1_000, 1_000, 'en-GB')).toBe('1,000+');
});

it('people come by the longest wait, then by whether they are there, then by name', () => {
  const person = (nth: number, change: Partial<WallPerson>): WallPerson => ({
    personId: hexId(nth),
    state: 'offline',
    open: 0,
    waiting: 0,
    longestWait: null,
    answered: 0,
    ...change,
  });
  const wait = (since: string) => ({ longestWait: { conversationId: hexId(9), since } });
  const names: Record<string, string> = Object.fromEntries(
    ['', 'Яна', 'Анна', 'Борис', 'Вера', 'Глеб'].map((name, nth) => [hexId(nth), name]),
  );
  const shown = byNeed(
    [
      person(1, {}),
      person(2, {}),
      person(3, { state: 'online' }),
      person(4, wait('2026-03-10T11:00:00.000Z')),
      person(5, { ...wait('2026-03-10T10:00:00.000Z'), state: 'away' }),
    ],
    (id) => names[id] ?? '',
    'ru-RU',
  );
  expect(shown.map(({ personId }) => names[personId])).toEqual(['Глеб', 'Вера', 'Борис', 'Анна', 'Яна']);
});
