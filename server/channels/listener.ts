/**
 * Listens for a network's enabled communities: claims each free lease, runs the session and renews the lease. Starts
 * and ends sessions when a community is added, changed, disabled or stopped. Asks a stopped one again now and then.
 * Each network implements its session.
 */

import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Network } from '../../shared/schemas/common.ts';
import type { Community } from '../communities/community.model.ts';
import { type PublishCommunity, setConnection } from '../communities/connection.ts';
import {
  claimLease,
  type LeaseTimes,
  releaseLease,
  renewLease,
  usualLeaseTimes,
} from '../communities/lease.ts';
import { listEnabledCommunities } from '../communities/listCommunities.ts';
import { isTryDue } from '../communities/stopped.ts';
import { pause } from '../work/backoff.ts';
import { currentTime, currentTimeMs } from '../work/clock.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import { keepRenewing } from '../work/lease.ts';
import { askStoppedAgain } from './askStoppedAgain.ts';
import { CommunityStopError } from './communityStop.ts';

export interface ListenerDeps {
  network: Network;
  communities: Model<Community>;
  publish: PublishCommunity;
  logger: Logger;
  /** Unique for every process; a restarted process gets a new one. */
  processId: string;
  leaseTimes?: LeaseTimes | undefined;
  stopRetryWaitsMs?: readonly number[] | undefined;
  /** Runs until the signal fires. `CommunityStopError` stops the community; after any other error it is retried. */
  runSession(community: Community, signal: AbortSignal): Promise<void>;
  /** The calls that a session begins with. Rejects with `CommunityStopError` while the network refuses them. */
  askAgain(community: Community): Promise<void>;
  /** The error without the parts that must not be logged. */
  loggable(error: unknown): unknown;
}

export interface Listener {
  /** Checks the communities at once instead of at the next poll. */
  wake(): void;
  /** True from the first successful check of the communities until `stop`. */
  isRunning(): boolean;
  /** Ends the sessions and releases the leases, so that other processes can claim them. */
  stop(): Promise<void>;
}

interface Running {
  /** The settings that the session started with; when they change, it must restart. */
  fingerprint: string;
  abort: AbortController;
  ended: Promise<void>;
}

export function startListener(deps: ListenerDeps): Listener {
  const { communities, logger, network, loggable, leaseTimes = usualLeaseTimes } = deps;
  const stopping = new AbortController();
  const running = new Map<string, Running>();

  async function look(): Promise<void> {
    const enabled = await listEnabledCommunities(communities, network);
    const byId = new Map(enabled.map((community) => [community._id.toHexString(), community]));
    for (const [id, session] of running) {
      const now = byId.get(id);
      if (!now || fingerprintOf(now) !== session.fingerprint) session.abort.abort();
    }
    await Promise.all(enabled.map(startIfFree));
  }

  async function startIfFree(community: Community): Promise<void> {
    const id = community._id.toHexString();
    const isStopped = community.connection.state === 'stopped';
    if (running.has(id) || (isStopped && !isTryDue(community.connection, currentTime()))) return;
    const { lease } = community;
    if (lease && lease.owner !== deps.processId && lease.until.getTime() > currentTimeMs()) return;
    if (!(await claimLease(communities, community._id, deps.processId, leaseTimes.leaseMs))) return;
    if (stopping.signal.aborted) {
      await releaseLease(communities, community._id, deps.processId);
      return;
    }
    const abort = new AbortController();
    const session: Running = { fingerprint: fingerprintOf(community), abort, ended: Promise.resolve() };
    session.ended = holdingLease(community, abort, isStopped ? askStopped : listen)
      .then(
        // The next check sees why the session ended. A failed session waits for the usual poll.
        () => loop.wake(),
        (error: unknown) =>
          logger.error({ error: loggable(error), communityId: id }, 'listening for a community failed'),
      )
      .finally(() => running.delete(id));
    running.set(id, session);
  }

  async function holdingLease(
    community: Community,
    abort: AbortController,
    work: (fresh: Community, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    // The previous lease owner may have moved the checkpoint since the list was read.
    const fresh = (await communities.findById(community._id).lean<Community>()) ?? community;
    const renewing = keepRenewing({
      everyMs: leaseTimes.renewEveryMs,
      renew: () => renewLease(communities, community._id, deps.processId, leaseTimes.leaseMs),
      lost: () => abort.abort(),
      // The store may be unreachable for every process; the first process to reach it again will listen.
      logFailure: (error) =>
        logger.warn({ error: loggable(error), communityId: community._id }, 'the lease could not be renewed'),
    });
    // Stop renewing first: if the session hangs while ending, another process can claim the lease when it expires.
    abort.signal.addEventListener('abort', () => void renewing.stop(), { once: true });
    try {
      await work(fresh, abort.signal);
    } finally {
      abort.abort();
      await renewing.stop();
      await releaseLease(communities, community._id, deps.processId).catch((error: unknown) => {
        logger.warn(
          { error: loggable(error), communityId: community._id },
          'the lease was not released; it will expire',
        );
      });
    }
  }

  const askStopped = (community: Community) => askStoppedAgain(deps, community);

  async function listen(community: Community, signal: AbortSignal): Promise<void> {
    try {
      await deps.runSession(community, signal);
    } catch (error) {
      if (!(error instanceof CommunityStopError)) throw error;
      const { stopReason, networkCode } = error;
      const ids = { communityId: community._id.toHexString(), network, networkCode };
      logger.error({ ...ids, stopReason }, 'this community is stopped; it is asked again later');
      await retryUntilWritten(() =>
        setConnection(deps, community, { state: 'stopped', stopReason, networkCode }),
      );
    }
  }

  /** Without the stored stop, the next session would repeat the refused call, which the network counts against us. */
  async function retryUntilWritten(write: () => Promise<unknown>): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await write();
        return;
      } catch (error) {
        logger.warn({ error: loggable(error) }, 'a stopped community could not be written yet');
        await pause(leaseTimes.lookEveryMs, stopping.signal);
      }
    }
  }

  const loop = startDueLoop({
    look,
    pollMs: leaseTimes.lookEveryMs,
    logFailure: (error) => logger.warn({ error: loggable(error) }, 'the communities could not be read'),
  });
  return {
    wake: loop.wake,
    isRunning: loop.isRunning,
    async stop() {
      stopping.abort();
      await loop.stop();
      for (const { abort } of running.values()) abort.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

function fingerprintOf({ tokenSealed, intake, connection }: Community): string {
  const isStopped = connection.state === 'stopped';
  return JSON.stringify([tokenSealed, intake.longPoll, intake.webhook, isStopped]);
}
