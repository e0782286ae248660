/**
 * Ends the timers that a page of jsdom leaves behind. VKUI's buttons set their state once more some time after a press,
 * also when they are gone: after the last file of jsdom there is no window for that, and the run fails.
 */
import { afterAll } from 'vitest';

if (typeof window !== 'undefined') {
  const startTimer = globalThis.setTimeout;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const startNoted = (...given: Parameters<typeof setTimeout>) => {
    const timer = startTimer(...given);
    timers.add(timer);
    return timer;
  };
  Object.defineProperties(startNoted, Object.getOwnPropertyDescriptors(startTimer));
  globalThis.setTimeout = startNoted as typeof setTimeout;
  afterAll(() => {
    globalThis.setTimeout = startTimer;
    for (const timer of timers) clearTimeout(timer);
  });
}
