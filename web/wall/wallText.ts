/** Figures of the wall as people read them from afar. Pure. */
import type { WallPerson, WallView } from '../../shared/schemas/wall.ts';

/** Longer without a new view, the figures are called old. A view comes every second or two. */
export const OLD_AFTER_MS = 6_000;

/** How long something has lasted, by the server's clock: `elapsedMs` is how long ago the view came. */
export function spanMs(view: Pick<WallView, 'at'>, since: string, elapsedMs: number): number {
  return Math.max(0, Date.parse(view.at) - Date.parse(since) + elapsedMs);
}

/** 40s, 12m, 3h 20m, 2d 4h. */
export function spanText(ms: number, locale: string): string {
  // In English "1h 5m" is read faster from afar than "1 hr 5 mins"; in Russian the short units are short enough.
  const unitDisplay = locale.startsWith('en') ? 'narrow' : 'short';
  const unit = (value: number, name: 'second' | 'minute' | 'hour' | 'day') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay }).format(value);
  const two = (value: number, [large, small]: ['hour' | 'day', 'minute' | 'hour'], smallPerLarge: number) => {
    const rest = value % smallPerLarge;
    const whole = unit(Math.floor(value / smallPerLarge), large);
    return rest === 0 ? whole : `${whole} ${unit(rest, small)}`;
  };
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return unit(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return unit(minutes, 'minute');
  if (minutes < 24 * 60) return two(minutes, ['hour', 'minute'], 60);
  return two(Math.floor(minutes / 60), ['day', 'hour'], 24);
}

/** A count that stopped at its limit shows that there may be more. */
export function countText(count: number, limit: number, locale: string): string {
  return count.toLocaleString(locale) + (count >= limit ? '+' : '');
}

const order = { online: 0, away: 1, offline: 2 } as const;

/** Who needs help comes first: the longest wait; then those who are there. */
export function byNeed(
  people: readonly WallPerson[],
  nameOf: (personId: string) => string,
  locale: string,
): WallPerson[] {
  const waitOf = ({ longestWait }: WallPerson) => (longestWait ? Date.parse(longestWait.since) : Infinity);
  return [...people].sort(
    (a, b) =>
      // Equal infinities differ by NaN.
      (waitOf(a) === waitOf(b) ? 0 : waitOf(a) - waitOf(b)) ||
      order[a.state] - order[b.state] ||
      nameOf(a.personId).localeCompare(nameOf(b.personId), locale),
  );
}
