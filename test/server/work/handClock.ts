/** A clock that stands still until the test advances it, and shows which timers are set. */
import type { LoopClock } from '../../../server/work/dueLoop.ts';

interface SetTimer {
  atMs: number;
  ring: () => void;
  keepsProcessAlive: boolean;
}

export interface HandClock extends LoopClock {
  /** Advances the time and rings the due timers in order. */
  pass(ms: number): Promise<void>;
  /** The remaining time of each timer that is set. */
  waitsMs(): number[];
  keepsProcessAlive(): boolean;
}

/** Resolves when all pending promises have run and only the time can cause more work. */
export const turnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createHandClock(): HandClock {
  let nowMs = Date.UTC(2026, 10, 24);
  const timers = new Set<SetTimer>();
  return {
    nowMs: () => nowMs,
    startTimer(waitMs, ring, { keepsProcessAlive }) {
      const timer: SetTimer = { atMs: nowMs + waitMs, ring, keepsProcessAlive };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async pass(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (!next) break;
        nowMs = next.atMs;
        timers.delete(next);
        next.ring();
        await turnOfLoop();
      }
      nowMs = untilMs;
      await turnOfLoop();
    },
    waitsMs: () => [...timers].map(({ atMs }) => atMs - nowMs),
    keepsProcessAlive: () => [...timers].some((timer) => timer.keepsProcessAlive),
  };
}
