/**
 * The poll loop of one community. It polls for the next events while the last ones are being stored, and calls
 * `stored` only when everything up to that `ts` is stored. Filling gaps is left to the caller.
 */

import { type Backoff, backoffMs, pause } from '../../work/backoff.ts';
import { currentTimeMs } from '../../work/clock.ts';
import { CommunityStopError } from '../communityStop.ts';
import type { VkClient } from './clients.ts';
import { getPollServer, type PollAnswer, type PollServer, poll } from './pollRequest.ts';

export interface PollDeps {
  client: VkClient;
  /** Resolves true once the updates are stored, false when the signal fired before. */
  ingestBatch(updates: readonly unknown[], signal: AbortSignal): Promise<boolean>;
  /** Called when everything up to `ts` is stored. */
  stored(ts: string, updates: number): void;
  /** Called when events may be missing; resolves when the history has been read. */
  fillGap(why: 'historyLost' | 'stateLost' | 'longAway' | 'firstStart'): Promise<void>;
  /** Called when VK answered with the events since the last `ts`, even if there were none. */
  progress(): void;
  /** Called with the state of the connection, also when it did not change. */
  state(state: 'live' | 'offline'): void;
  failed(error: unknown): void;
}

export interface PollTimes {
  backoff: Backoff;
  /** The minimum time between requests for keys: a refresh loop would run into error 29 (reference, section 4). */
  keyEveryMs: number;
  /** After VK was unreachable for this long, its queue may have lost events, so the history is read. */
  longAwayMs: number;
}

export const usualPollTimes: PollTimes = {
  backoff: { firstMs: 500, mostMs: 30_000, jitter: 'full' },
  keyEveryMs: 1_000,
  longAwayMs: 60_000,
};

/** The maximum number of batches being stored while the loop polls on. */
const MOST_BATCHES_UNDER_WAY = 4;

/**
 * Runs until the signal fires. Throws `CommunityStopError` only.
 * @param startTs null at a community's first start: the loop then begins at VK's current `ts`.
 */
export async function runLongPoll(
  deps: PollDeps,
  startTs: string | null,
  outer: AbortSignal,
  times: PollTimes = usualPollTimes,
): Promise<void> {
  const own = new AbortController();
  const abort = () => own.abort();
  outer.addEventListener('abort', abort, { once: true });
  if (outer.aborted) abort();
  const storing = createStoring(deps, own);
  try {
    await loop(deps, startTs, own.signal, times, storing);
    await storing.drained();
  } finally {
    own.abort();
    outer.removeEventListener('abort', abort);
  }
  if (storing.stopError) throw storing.stopError;
}

async function loop(
  deps: PollDeps,
  startTs: string | null,
  signal: AbortSignal,
  times: PollTimes,
  storing: Storing,
): Promise<void> {
  let ts = startTs;
  let server: PollServer | null = null;
  let failures = 0;
  let awaySince: number | null = null;
  let lastKeyAt = 0;
  let isProbe = true;

  const refresh = async (): Promise<PollServer> => {
    await pause(Math.max(0, lastKeyAt + times.keyEveryMs - currentTimeMs()), signal);
    lastKeyAt = currentTimeMs();
    return getPollServer(deps.client);
  };
  /** `from` is VK's `ts` from before the history is read, so events that arrive meanwhile are polled afterwards. */
  const continueFrom = async (from: string, why: Parameters<PollDeps['fillGap']>[0]): Promise<void> => {
    await storing.drained();
    await deps.fillGap(why);
    if (signal.aborted) return;
    ts = from;
    deps.stored(from, 0);
  };

  while (!signal.aborted) {
    try {
      server ??= await refresh();
      if (ts === null) {
        // The `ts` is kept only after the history is read: an interrupted first start must read it again.
        await continueFrom(server.ts, 'firstStart');
        continue;
      }
      const answer: PollAnswer = await poll(server, ts, signal, { isProbe });
      isProbe = false;
      failures = 0;
      const awayMs = awaySince === null ? 0 : currentTimeMs() - awaySince;
      awaySince = null;
      if (awayMs > times.longAwayMs) {
        await storing.drained();
        await deps.fillGap('longAway');
      }
      deps.state('live');
      if (answer.kind === 'updates') {
        ts = answer.ts;
        deps.progress();
        await storing.add(answer.ts, answer.updates);
      } else if (answer.kind === 'historyLost') {
        await continueFrom(answer.ts, 'historyLost');
      } else if (answer.kind === 'keyExpired') {
        server = null;
      } else {
        server = await refresh();
        await continueFrom(server.ts, 'stateLost');
      }
    } catch (error) {
      if (error instanceof CommunityStopError) throw error;
      if (signal.aborted) return;
      deps.failed(error);
      awaySince ??= currentTimeMs();
      failures += 1;
      isProbe = true;
      // A single cut connection is normal; publish the state from the second failure in a row.
      if (failures > 1) deps.state('offline');
      await pause(backoffMs({ ...times.backoff, failures }), signal);
    }
  }
}

interface Storing {
  /** Resolves when there is room for another batch. */
  add(ts: string, updates: readonly unknown[]): Promise<void>;
  /** Resolves when everything that was added is stored, or the loop was stopped. */
  drained(): Promise<void>;
  stopError: CommunityStopError | null;
}

function createStoring(deps: PollDeps, own: AbortController): Storing {
  let tail: Promise<void> = Promise.resolve();
  let underWay = 0;
  let isBroken = false;
  let makeRoom: (() => void) | null = null;

  const storing: Storing = {
    stopError: null,
    async add(ts, updates) {
      const before = tail;
      underWay += 1;
      const ingesting = updates.length === 0 ? Promise.resolve(true) : deps.ingestBatch(updates, own.signal);
      // In order: the checkpoint passes a batch only after all batches before it.
      tail = Promise.all([before, ingesting])
        .then(([, isStored]) => {
          if (isStored && !isBroken) return deps.stored(ts, updates.length);
          // A batch that is not fully stored ends the loop: the checkpoint must not pass it.
          isBroken = true;
          own.abort();
        })
        .catch((error: unknown) => {
          if (error instanceof CommunityStopError) storing.stopError = error;
          else deps.failed(error);
          isBroken = true;
          own.abort();
        })
        .finally(() => {
          underWay -= 1;
          makeRoom?.();
        });
      while (underWay >= MOST_BATCHES_UNDER_WAY && !own.signal.aborted)
        await new Promise<void>((resolve) => {
          makeRoom = resolve;
        });
    },
    drained: () => tail,
  };
  return storing;
}
