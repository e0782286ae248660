/**
 * The one loop behind every part that looks for due work. It decides when to look; the caller's `look` decides what is
 * due and does it. The loop looks one at a time, and keeps nothing between looks: what is due is in the store.
 */

export interface DueLoop {
  /** There may be work now: looks at once, or once more after the look that is running. Does nothing after `stop`. */
  wake(): void;
  /** True from the first look that succeeded until `stop`. */
  isRunning(): boolean;
  /** Resolves when the running look has ended; no look starts afterwards. Never rejects, and may be repeated. */
  stop(): Promise<void>;
}

/**
 * What a look may say about the next one: `again` at once, because there may be more, or `at` a time that comes before
 * the next poll. A look that says nothing leaves it to the poll.
 */
export type NextLook = 'again' | { at: Date } | undefined;

export interface DueLoopOptions {
  /** Does what is due. A long look should check `stopping` between its steps, so that `stop` need not wait for all. */
  look(stopping: AbortSignal): Promise<NextLook> | Promise<void>;
  /** The rest between the end of one look and the start of the next, unless somebody wakes the loop. */
  pollMs: number;
  /** The rest after a look that failed; `pollMs` when absent. */
  retryMs?: number;
  /** `afterPoll` is for a caller that has just looked by itself. */
  firstLook?: 'atOnce' | 'afterPoll';
  /** Called once for a failure that repeats itself: again when the error changes, or after a look that succeeded. */
  logFailure(error: unknown): void;
  /** False lets the process end while the loop waits. */
  keepsProcessAlive?: boolean;
  clock?: LoopClock;
}

/** The time as the loop sees it; tests pass their own. */
export interface LoopClock {
  nowMs(): number;
  /** Calls `ring` once after the wait, unless the returned function is called before. */
  startTimer(waitMs: number, ring: () => void, options: { keepsProcessAlive: boolean }): () => void;
}

export const systemClock: LoopClock = {
  nowMs: () => Date.now(),
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
    // A turn later: the caller has the loop in hand by then, and wakes of the same turn share one look.
    running = Promise.resolve().then(run);
  }

  async function run(): Promise<void> {
    let waitMs = 0;
    while (waitMs === 0 && !signal.aborted) {
      isWoken = false;
      const { restMs, isFailed } = await lookOnce();
      // The retry answers a wake that came during a failed look: a store that is away is not asked without rest.
      waitMs = isWoken && !isFailed ? 0 : restMs;
    }
    // No `await` since the last check of `isWoken`: a wake from here on starts a run of its own.
    running = null;
    if (!signal.aborted) rest(waitMs);
  }

  async function lookOnce(): Promise<{ restMs: number; isFailed: boolean }> {
    try {
      const next = await look(signal);
      hasLooked = true;
      loggedFailure = null;
      return { restMs: next ? restUntil(next) : pollMs, isFailed: false };
    } catch (error) {
      const failure = String(error);
      if (failure !== loggedFailure) logFailure(error);
      loggedFailure = failure;
      return { restMs: retryMs, isFailed: true };
    }
  }

  function restUntil(next: NonNullable<NextLook>): number {
    return next === 'again' ? 0 : Math.min(pollMs, Math.max(0, next.at.getTime() - clock.nowMs()));
  }

  function rest(waitMs: number): void {
    cancelTimer = clock.startTimer(waitMs, wake, { keepsProcessAlive });
  }

  if (firstLook === 'atOnce') wake();
  else rest(pollMs);
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
