/**
 * One group while this process listens for it. Events come by webhook, which any process takes; the session keeps the
 * subscription alive and reads from the history what no webhook brought. OK drops a subscription that was not
 * answered for 8 hours (reference, section 5).
 */
import type { Model } from 'mongoose';
import { advanceCheckpoint } from '../../communities/checkpoint.ts';
import type { Community } from '../../communities/community.model.ts';
import { type PublishCommunity, setConnection } from '../../communities/connection.ts';
import { type Backoff, backoffMs, pause } from '../../work/backoff.ts';
import { CommunityStopError } from '../communityStop.ts';
import type { OkClient } from './clients.ts';
import { type IngestDeps, sweep } from './ingestOkEvent.ts';
import { keepSubscribed } from './subscription.ts';

export interface OkSessionTimes {
  /** How often the subscription is looked at. */
  lookEveryMs: number;
  /** How often the history is read though nothing seems to be missing. */
  sweepEveryMs: number;
  /** The same where OK cannot reach this desk: then history is all there is. */
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

/** The first start takes the last day in, not a group's whole past. */
const FIRST_START_MS = 24 * 3600_000;
/** Clocks differ, and an event may have been on its way. What is known is not stored again. */
const OVERLAP_MS = 5 * 60_000;

/** Ends with the signal, or by `CommunityStopError`. */
export async function runOkSession(
  deps: OkSessionDeps,
  community: Community,
  client: OkClient,
  signal: AbortSignal,
): Promise<void> {
  const { times, logger } = deps;
  const url = deps.webhookUrlOf(community);
  let sinceMs = community.checkpoint?.at.getTime() ?? Date.now() - FIRST_START_MS;
  let sweptAtMs: number | null = null;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const wasLost = url !== null && (await keepSubscribed(client.api, url));
      const sweepEveryMs = url === null ? times.sweepAloneEveryMs : times.sweepEveryMs;
      const startedAtMs = Date.now();
      if (wasLost || failures > 0 || sweptAtMs === null || startedAtMs - sweptAtMs >= sweepEveryMs) {
        await sweep(deps, client, sinceMs - OVERLAP_MS, signal);
        if (signal.aborted) return;
        const at = new Date(startedAtMs);
        const isOurs = await advanceCheckpoint(deps.communities, community._id, deps.owner, {
          ts: String(startedAtMs),
          at,
        });
        if (!isOurs) return;
        sweptAtMs = startedAtMs;
        sinceMs = startedAtMs;
      }
      failures = 0;
      await setConnection(deps, community, { state: 'live' });
      await pause(url === null ? times.sweepAloneEveryMs : times.lookEveryMs, signal);
    } catch (error) {
      if (error instanceof CommunityStopError) throw error;
      const ids = { err: error, communityId: community._id };
      if (failures === 0) logger.warn(ids, 'OK does not answer; trying again');
      await setConnection(deps, community, { state: 'offline' }).catch(() => undefined);
      failures += 1;
      await pause(backoffMs({ ...times.backoff, failures }), signal);
    }
  }
}
