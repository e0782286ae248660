/**
 * Listens for one community while this process holds its lease: backfills, polls, and regularly checks the history
 * for events that VK lost. Ends when it is stopped, when the lease is lost, or when VK stops the community.
 */

import type { Model } from 'mongoose';
import type { Community } from '../../communities/community.model.ts';
import { type PublishCommunity, setConnection } from '../../communities/connection.ts';
import { clearStalled } from '../../communities/stalled.ts';
import { backoffMs, pause } from '../../work/backoff.ts';
import { currentTime, currentTimeMs } from '../../work/clock.ts';
import { CommunityStopError } from '../communityStop.ts';
import type { IntakeWatch } from '../intakeWatch.ts';
import { whyFailed } from '../whyFailed.ts';
import { backfill } from './backfill.ts';
import { createCheckpointKeeper } from './checkpointKeeper.ts';
import type { VkClient } from './clients.ts';
import { loggable } from './errors.ts';
import { ingestBatch } from './ingestBatch.ts';
import { type PollTimes, runLongPoll, usualPollTimes } from './longPoll.ts';
import type { UpdateDeps } from './updates.ts';

export interface SessionTimes {
  poll: PollTimes;
  /** How often VK's newest dialogues are compared with the store. */
  sweepEveryMs: number;
  /** A sweep skips dialogues whose last message is younger than this: its event may still arrive. */
  sweepQuietMs: number;
  /** When the checkpoint is older than this at the start, the history is read as well. */
  staleMs: number;
  /** A gap is assumed to begin this much earlier: clocks differ, and checkpoints are written late. */
  marginMs: number;
}

export const usualSessionTimes: SessionTimes = {
  poll: usualPollTimes,
  sweepEveryMs: 120_000,
  sweepQuietMs: 10_000,
  staleMs: 60_000,
  marginMs: 10 * 60_000,
};

export interface SessionDeps extends UpdateDeps {
  communities: Model<Community>;
  publish: PublishCommunity;
  owner: string;
  times: SessionTimes;
  watch: IntakeWatch;
}

/** The `ts` of a community with a webhook and no long poll: its checkpoint keeps the time only. */
const NO_TS = '';

/** Resolves when the session is stopped or loses the lease; throws `CommunityStopError`. */
export async function runSession(
  deps: SessionDeps,
  community: Community,
  client: VkClient,
  outer: AbortSignal,
): Promise<void> {
  const { communities, logger, times, watch } = deps;
  const ids = { communityId: client.community.id };
  const own = new AbortController();
  const { signal } = own;
  const abort = () => own.abort();
  outer.addEventListener('abort', abort, { once: true });
  if (outer.aborted) abort();

  const keeper = createCheckpointKeeper(
    communities,
    community._id,
    deps.owner,
    {
      leaseLost: () => {
        logger.info(ids, 'another process listens for this community now');
        own.abort();
      },
      failed: (error) => logger.warn({ error: loggable(error), ...ids }, 'the checkpoint is not written yet'),
    },
    signal,
  );
  const state = createStateWriter(deps, community);
  const work = watch.begin(client.community);
  let storedAt = community.checkpoint?.at ?? null;

  /** Reads the history until it succeeds or the session ends. */
  async function catchUp(since: Date | null, why: string): Promise<void> {
    state('catchingUp');
    let mostSteps = 0;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      let steps = 0;
      // Steps of an earlier attempt are no progress when they are repeated.
      const progress = () => {
        steps += 1;
        if (steps > mostSteps) work.progress();
        mostSteps = Math.max(mostSteps, steps);
      };
      try {
        const filled = await backfill({ ...deps, client, progress }, since, signal);
        logger.info({ ...ids, why, ...filled }, 'caught up with the history');
        state('live');
        return;
      } catch (error) {
        if (error instanceof CommunityStopError) throw error;
        logger.warn({ error: loggable(error), ...ids, why }, 'catching up failed; retrying');
        const isOffline = attempt > 0 && !isOfStore(error);
        if (isOffline) state('offline');
        await pause(backoffMs({ ...times.poll.backoff, failures: attempt + 1 }), signal);
        if (isOffline) state('catchingUp');
      }
    }
  }

  const gapStart = () => (storedAt ? new Date(storedAt.getTime() - times.marginMs) : null);

  async function listen(): Promise<void> {
    const isStale = storedAt !== null && currentTimeMs() - storedAt.getTime() > times.staleMs;
    const startTs = community.checkpoint?.ts || null;
    const gapBefore = gapStart();
    if (isStale) await catchUp(gapStart(), 'wasAway');
    if (!community.intake.longPoll) {
      // Events may have been missed before this session, for example when the intake changed from long poll.
      if (!isStale) await catchUp(gapBefore, 'webhookStart');
      if (signal.aborted) return;
      state('live');
      keeper.keep({ ts: NO_TS, at: currentTime() });
      // From here on the webhooks and the sweeps are watched instead.
      work.end();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    }
    await runLongPoll(
      {
        client,
        ingestBatch: (updates, batchSignal) => ingestBatch(deps, client, updates, batchSignal),
        stored: (ts, updates) => {
          const now = currentTime();
          storedAt = now;
          keeper.keep({ ts, at: now, ...(updates > 0 ? { lastEventAt: now } : {}) });
        },
        progress: work.progress,
        fillGap: (why) => catchUp(why === 'firstStart' ? gapBefore : gapStart(), why),
        state,
        failed: (error) => logger.warn({ error: loggable(error), ...ids }, 'the long poll failed'),
      },
      startTs,
      signal,
      times.poll,
    );
  }

  /** Finds events that VK lost, or whose webhook VK stopped repeating: nothing else would show them. */
  async function sweep(): Promise<void> {
    let sweptAt = currentTimeMs();
    for (;;) {
      await pause(times.sweepEveryMs, signal);
      if (signal.aborted) return;
      const since = new Date(sweptAt - times.marginMs);
      try {
        const startedAt = currentTimeMs();
        const quietMs = times.sweepQuietMs;
        const filled = await backfill({ ...deps, client, progress: () => undefined }, since, signal, {
          quietMs,
        });
        sweptAt = startedAt;
        watch.succeeded(client.community);
        await clearStalled(deps, community);
        if (filled.messages > 0)
          logger.warn({ ...ids, ...filled }, 'missing events were found in the history');
        if (!community.intake.longPoll) {
          keeper.keep({ ts: NO_TS, at: new Date(startedAt) });
          state('live');
        }
      } catch (error) {
        if (error instanceof CommunityStopError) throw error;
        logger.warn({ error: loggable(error), ...ids }, 'the sweep for missing events failed');
        if (community.intake.longPoll) continue;
        watch.failed(client.community);
        if (!isOfStore(error)) state('offline');
      }
    }
  }

  state('connecting');
  try {
    await Promise.all([listen(), sweep()].map((part) => part.finally(abort)));
  } finally {
    own.abort();
    work.end();
    outer.removeEventListener('abort', abort);
    await keeper.drained();
    await state.drained();
  }
}

/** `offline` means that VK does not answer: the words on the screen say so. */
const isOfStore = (error: unknown) => {
  const why = whyFailed(error);
  return why.cause === 'away' ? why.of === 'store' : why.cause !== 'network';
};

/** Writes the connection's state, in order and only when it changed. */
function createStateWriter(
  { communities, publish, logger }: SessionDeps,
  community: Community,
): ((state: 'connecting' | 'live' | 'catchingUp' | 'offline') => void) & { drained(): Promise<void> } {
  let latest: string | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  const writeState = (state: 'connecting' | 'live' | 'catchingUp' | 'offline') => {
    if (state === latest) return;
    latest = state;
    tail = tail
      .then(() => setConnection({ communities, publish }, community, { state }))
      .catch((error: unknown) => {
        // Forget the state, so that the next report of it is written.
        if (latest === state) latest = null;
        logger.warn(
          { error: loggable(error), communityId: community._id },
          'the state of a connection could not be written',
        );
      });
  };
  return Object.assign(writeState, { drained: async () => void (await tail) });
}
