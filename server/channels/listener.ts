/**
 * Listens for a network's enabled communities: claims each free lease, runs the session and renews the lease. Starts
 * and ends sessions when a community is added, changed, disabled or stopped. Each network implements its session.
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
import { pause } from '../work/backoff.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import { keepRenewing } from '../work/lease.ts';
import { CommunityStopError } from './communityStop.ts';

export interface ListenerDeps {
  network: Network;
  communities: Model<Community>;
  publish: PublishCommunity;
  logger: Logger;
  /** Unique for every process; a restarted process gets a new one. */
  processId: string;
  leaseTimes?: LeaseTimes | undefined;
  /** Runs until the signal fires. `CommunityStopError` stops the community; after any other error it is retried. */
  runSession(community: Community, signal: AbortSignal): Promise<void>;
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
    if (running.has(id) || community.connection.state === 'stopped') return;
    const { lease } = community;
    if (lease && lease.owner !== deps.processId && lease.until.getTime() > Date.now()) return;
    if (!(await claimLease(communities, community._id, deps.processId, leaseTimes.leaseMs))) return;
    if (stopping.signal.aborted) {
      await releaseLease(communities, community._id, deps.processId);
      return;
    }
    const abort = new AbortController();
    const session: Running = { fingerprint: fingerprintOf(community), abort, ended: Promise.resolve() };
    session.ended = listen(community, abort)
      .then(
        // The next check sees why the session ended. A failed session waits for the usual poll.
        () => loop.wake(),
        (error: unknown) =>
          logger.error({ error: loggable(error), communityId: id }, 'listening for a community failed'),
      )
      .finally(() => running.delete(id));
    running.set(id, session);
  }

  async function listen(community: Community, abort: AbortController): Promise<void> {
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
      await deps.runSession(fresh, abort.signal);
    } catch (error) {
      if (!(error instanceof CommunityStopError)) throw error;
      const { stopReason, networkCode } = error;
      const ids = { communityId: community._id.toHexString(), network, networkCode };
      logger.error({ ...ids, stopReason }, 'the network refuses this community; an administrator must act');
      await retryUntilWritten(() =>
        setConnection(deps, fresh, { state: 'stopped', stopReason, networkCode }),
      );
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
