/**
 * The loop of every worker that looks for due work in the store. The loop decides when to look; the caller's `look`
 * finds the due work and does it. Looks never overlap, and the loop keeps no work between them.
 */
import { currentTimeMs } from './clock.ts';

export interface DueLoop {
  /** Call when there may be work: looks at once, or again after the running look. Does nothing after `stop`. */
  wake(): void;
  /** True from the first successful look until `stop`. */
  isRunning(): boolean;
  /** Resolves when the running look has ended; no look starts afterwards. Never rejects; may be called again. */
  stop(): Promise<void>;
}

/**
 * A look may return when to look next: `again` for at once, because there may be more work, or `at` a time before the
 * next poll. When it returns nothing, the next look is the next poll.
 */
export type NextLook = 'again' | { at: Date } | undefined;

export interface DueLoopOptions {
  /** Does the due work. A long look should check `stopping` between its steps, so that `stop` resolves soon. */
  look(stopping: AbortSignal): Promise<NextLook> | Promise<void>;
  /** The wait between the end of one look and the start of the next, unless `wake` is called. */
  pollMs: number;
  /** The wait after a failed look; `pollMs` by default. */
  retryMs?: number;
  /** Use `afterPoll` when the caller has just looked by itself. */
  firstLook?: 'atOnce' | 'afterPoll';
  /** Called once for a repeated failure, and again when the error changes or after a successful look. */
  logFailure(error: unknown): void;
  /** When false, the process may exit while the loop waits. */
  keepsProcessAlive?: boolean;
  clock?: LoopClock;
}

/** The clock of the loop, as stored due times go; tests pass their own. */
export interface LoopClock {
  nowMs(): number;
  /** Calls `ring` once after the wait, unless the returned function cancels it. */
  startTimer(waitMs: number, ring: () => void, options: { keepsProcessAlive: boolean }): () => void;
}

export const systemClock: LoopClock = {
  nowMs: currentTimeMs,
  startTimer(waitMs, ring, { keepsProcessAlive }) {
    const timer = setTimeout(ring, waitMs);
    if (!keepsProcessAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};

export function startDueLoop({
  look,
  pollMs,
  retryMs = pollMs,
  firstLook = 'atOnce',
  logFailure,
  keepsProcessAlive = true,
  clock = systemClock,
}: DueLoopOptions): DueLoop {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | null = null;
  let isWoken = false;
  let hasLooked = false;
  let loggedFailure: string | null = null;
  let cancelTimer = () => {};

  function wake(): void {
    if (signal.aborted) return;
    isWoken = true;
    if (running) return;
    cancelTimer();
    // Start in a microtask: by then the caller has the loop, and wakes of the same turn share one look.
    running = Promise.resolve().then(run);
  }

  async function run(): Promise<void> {
    let waitMs = 0;
    while (waitMs === 0 && !signal.aborted) {
      isWoken = false;
      const { waitMs: nextWaitMs, isFailed } = await lookOnce();
      // After a failed look, a wake waits for the retry: an unreachable store must not be queried without pause.
      waitMs = isWoken && !isFailed ? 0 : nextWaitMs;
    }
    // No `await` since the last check of `isWoken`, so a wake from here on starts a new run.
    running = null;
    if (!signal.aborted) startWait(waitMs);
  }

  async function lookOnce(): Promise<{ waitMs: number; isFailed: boolean }> {
    try {
      const next = await look(signal);
      hasLooked = true;
      loggedFailure = null;
      return { waitMs: next ? waitUntil(next) : pollMs, isFailed: false };
    } catch (error) {
      const failure = String(error);
      if (failure !== loggedFailure) logFailure(error);
      loggedFailure = failure;
      return { waitMs: retryMs, isFailed: true };
    }
  }

  function waitUntil(next: NonNullable<NextLook>): number {
    return next === 'again' ? 0 : Math.min(pollMs, Math.max(0, next.at.getTime() - clock.nowMs()));
  }

  function startWait(waitMs: number): void {
    cancelTimer = clock.startTimer(waitMs, wake, { keepsProcessAlive });
  }

  if (firstLook === 'atOnce') wake();
  else startWait(pollMs);
  return {
    wake,
    isRunning: () => hasLooked && !signal.aborted,
    async stop() {
      stopping.abort();
      cancelTimer();
      await running;
    },
  };
}
