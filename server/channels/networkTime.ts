/** Times of networks as dates. A forged or broken time must not become a date that the store or a screen refuses. */
import { currentTimeMs } from '../work/clock.ts';

const DAY_MS = 86_400_000;

/** A time beyond tomorrow is cut to tomorrow: nobody writes later than that, whatever the clocks. */
export function networkTime(ms: number): Date {
  return new Date(Math.min(Math.max(0, ms), currentTimeMs() + DAY_MS));
}
