/**
 * Runs while this process listens for a group. Any process may receive its webhook; the session renews the
 * subscription and backfills events that the webhook missed. OK drops a subscription after 8 hours without an answer
 * (reference, section 5).
 */

import type { Model } from 'mongoose';
import { advanceCheckpoint } from '../../communities/checkpoint.ts';
import type { Community } from '../../communities/community.model.ts';
import { type PublishCommunity, setConnection } from '../../communities/connection.ts';
import { clearStalled } from '../../communities/stalled.ts';
import { type Backoff, backoffMs, pause } from '../../work/backoff.ts';
import { currentTimeMs } from '../../work/clock.ts';
import { CommunityStopError } from '../communityStop.ts';
import { whyFailed } from '../whyFailed.ts';
import type { OkClient } from './clients.ts';
import { type IngestDeps, sweep } from './ingestOkEvent.ts';
import { keepSubscribed } from './subscription.ts';

export interface OkSessionTimes {
  /** How often the subscription is checked. */
  lookEveryMs: number;
  /** How often the history is read although no loss was detected. */
  sweepEveryMs: number;
  /** How often the history is read where OK cannot reach this desk and sends no webhooks. */
  sweepAloneEveryMs: number;
  backoff: Backoff;
}

export const usualOkSessionTimes: OkSessionTimes = {
  lookEveryMs: 60_000,
  sweepEveryMs: 10 * 60_000,
  sweepAloneEveryMs: 15_000,
  backoff: { firstMs: 1_000, mostMs: 60_000, jitter: 'full' },
};

export interface OkSessionDeps extends IngestDeps {
  communities: Model<Community>;
  publish: PublishCommunity;
  owner: string;
  times: OkSessionTimes;
  /** Null where OK cannot reach this desk, or the administrator switched the webhook off. */
  webhookUrlOf(community: Community): string | null;
}

/** The first start reads the last day only, not a group's whole past. */
const FIRST_START_MS = 24 * 3600_000;
/** Allows for clock differences and late events. Messages that are already stored are not stored twice. */
const OVERLAP_MS = 5 * 60_000;

/** Resolves when the signal fires or the lease is lost; throws `CommunityStopError` only. */
export async function runOkSession(
  deps: OkSessionDeps,
  community: Community,
  client: OkClient,
  signal: AbortSignal,
): Promise<void> {
  const { times, logger, watch } = deps;
  const url = deps.webhookUrlOf(community);
  let sinceMs = community.checkpoint?.at.getTime() ?? currentTimeMs() - FIRST_START_MS;
  let sweptAtMs: number | null = null;
  let failures = 0;

  /** False when the signal has fired, or the lease is lost. */
  async function sweepNow(startedAtMs: number): Promise<boolean> {
    const work = watch.begin(client.community);
    try {
      await sweep(deps, client, { sinceMs: sinceMs - OVERLAP_MS, progress: work.progress }, signal);
    } finally {
      work.end();
    }
    if (signal.aborted) return false;
    const step = { ts: String(startedAtMs), at: new Date(startedAtMs) };
    if (!(await advanceCheckpoint(deps.communities, community._id, deps.owner, step))) return false;
    sweptAtMs = startedAtMs;
    sinceMs = startedAtMs;
    await clearStalled(deps, community);
    return true;
  }

  while (!signal.aborted) {
    try {
      const wasLost = url !== null && (await keepSubscribed(client.api, url));
      const sweepEveryMs = url === null ? times.sweepAloneEveryMs : times.sweepEveryMs;
      const startedAtMs = currentTimeMs();
      const isSweepDue = sweptAtMs === null || startedAtMs - sweptAtMs >= sweepEveryMs;
      if ((wasLost || failures > 0 || isSweepDue) && !(await sweepNow(startedAtMs))) return;
      failures = 0;
      watch.succeeded(client.community);
      await setConnection(deps, community, { state: 'live' });
      await pause(url === null ? times.sweepAloneEveryMs : times.lookEveryMs, signal);
    } catch (error) {
      if (error instanceof CommunityStopError) throw error;
      const ids = { err: error, communityId: community._id };
      const why = whyFailed(error);
      const isOffline = why.cause === 'network' || (why.cause === 'away' && why.of === 'network');
      if (failures === 0) logger.warn(ids, 'the history of OK could not be read or stored; retrying');
      watch.failed(client.community);
      if (isOffline) await setConnection(deps, community, { state: 'offline' }).catch(() => undefined);
      failures += 1;
      await pause(backoffMs({ ...times.backoff, failures }), signal);
    }
  }
}
