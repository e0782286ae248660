/**
 * The poll loop of one community. It asks for the next events while the last ones are being stored, and says
 * `stored` only when everything up to that `ts` is durable. What was lost on the way is its caller's to fill.
 */

import { type Backoff, backoffMs, pause } from '../../work/backoff.ts';
import { CommunityStopError } from '../communityStop.ts';
import type { VkClient } from './clients.ts';

import { getPollServer, type PollAnswer, type PollServer, poll } from './pollRequest.ts';

export interface PollDeps {
  client: VkClient;
  /** Resolves true once the updates are durable, false when it was stopped before. */
  ingestBatch(updates: readonly unknown[], signal: AbortSignal): Promise<boolean>;
  /** Everything up to `ts` is durable. */
  stored(ts: string, updates: number): void;
  /** Events may be missing: resolves when the history has been read. */
  fillGap(why: 'historyLost' | 'stateLost' | 'longAway' | 'firstStart'): Promise<void>;
  /** How the connection is doing; the same state again is no news. */
  state(state: 'live' | 'offline'): void;
  failed(error: unknown): void;
}

export interface PollTimes {
  backoff: Backoff;
  /** New keys are asked for at most this often: a loop of refreshes runs into error 29 (reference, section 4). */
  keyEveryMs: number;
  /** After this long without VK its queue is not trusted to have kept everything. */
  longAwayMs: number;
}

export const usualPollTimes: PollTimes = {
  backoff: { firstMs: 500, mostMs: 30_000, jitter: 'full' },
  keyEveryMs: 1_000,
  longAwayMs: 60_000,
};

/** Batches that are being stored while the next is asked for. */
const MOST_BATCHES_UNDER_WAY = 4;

/**
 * Runs until the signal fires. Throws `CommunityStopError` only.
 * @param startTs null at the very first start: then VK's own `ts` is where it begins.
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
    await storing.settled();
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
    await pause(Math.max(0, lastKeyAt + times.keyEveryMs - Date.now()), signal);
    lastKeyAt = Date.now();
    return getPollServer(deps.client);
  };
  /** `from` is VK's, taken before the history is read: what comes meanwhile is polled afterwards. */
  const goOnFrom = async (from: string, why: Parameters<PollDeps['fillGap']>[0]): Promise<void> => {
    await storing.settled();
    await deps.fillGap(why);
    if (signal.aborted) return;
    ts = from;
    deps.stored(from, 0);
  };

  while (!signal.aborted) {
    try {
      server ??= await refresh();
      if (ts === null) {
        // Kept only when the history is read: a start that was cut off on the way there must begin with it anew.
        await goOnFrom(server.ts, 'firstStart');
        continue;
      }
      const answer: PollAnswer = await poll(server, ts, signal, { isProbe });
      isProbe = false;
      failures = 0;
      const awayMs = awaySince === null ? 0 : Date.now() - awaySince;
      awaySince = null;
      if (awayMs > times.longAwayMs) {
        await storing.settled();
        await deps.fillGap('longAway');
      }
      deps.state('live');
      if (answer.kind === 'updates') {
        ts = answer.ts;
        await storing.add(answer.ts, answer.updates);
      } else if (answer.kind === 'historyLost') {
        await goOnFrom(answer.ts, 'historyLost');
      } else if (answer.kind === 'keyExpired') {
        server = null;
      } else {
        server = await refresh();
        await goOnFrom(server.ts, 'stateLost');
      }
    } catch (error) {
      if (error instanceof CommunityStopError) throw error;
      if (signal.aborted) return;
      deps.failed(error);
      awaySince ??= Date.now();
      failures += 1;
      isProbe = true;
      // One cut connection is everyday; the second in a row is worth telling.
      if (failures > 1) deps.state('offline');
      await pause(backoffMs({ ...times.backoff, failures }), signal);
    }
  }
}

interface Storing {
  /** Resolves when there is room for another batch. */
  add(ts: string, updates: readonly unknown[]): Promise<void>;
  /** Everything that was added is durable, or the loop was stopped. */
  settled(): Promise<void>;
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
      const taking = updates.length === 0 ? Promise.resolve(true) : deps.ingestBatch(updates, own.signal);
      // In order: the checkpoint passes a batch only after all before it.
      tail = Promise.all([before, taking])
        .then(([, isStored]) => {
          if (isStored && !isBroken) return deps.stored(ts, updates.length);
          // A batch that was left half done ends the loop: nothing later may pass it.
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
    settled: () => tail,
  };
  return storing;
}
