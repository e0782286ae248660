/**
 * Listens for every enabled community of a network that no other process listens for: takes the lease, runs the
 * network's session, keeps the lease alive, and acts when a community is added, changed, switched off or stopped.
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
  /** Differs for every process that ever runs: a restarted one is another. */
  processId: string;
  leaseTimes?: LeaseTimes | undefined;
  /** Until the signal; `CommunityStopError` ends it for good, anything else is tried anew. */
  runSession(community: Community, signal: AbortSignal): Promise<void>;
  /** An error as it may be logged. */
  loggable(error: unknown): unknown;
}

export interface Listener {
  /** Looks at the communities now rather than within a second. */
  wake(): void;
  /** True once it has looked for communities, until it is stopped. */
  isRunning(): boolean;
  /** Ends polls and hands the communities over to other processes. */
  stop(): Promise<void>;
}

interface Running {
  /** What the session was started with; a difference means it must start anew. */
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
        // Ended for a reason that the next look finds at once; after a failure it waits its turn.
        () => loop.wake(),
        (error: unknown) =>
          logger.error({ error: loggable(error), communityId: id }, 'listening for a community failed'),
      )
      .finally(() => running.delete(id));
    running.set(id, session);
  }

  async function listen(community: Community, abort: AbortController): Promise<void> {
    // What the process before us has stored since the list was read.
    const fresh = (await communities.findById(community._id).lean<Community>()) ?? community;
    const renewing = keepRenewing({
      everyMs: leaseTimes.renewEveryMs,
      renew: () => renewLease(communities, community._id, deps.processId, leaseTimes.leaseMs),
      lost: () => abort.abort(),
      // Perhaps the store is away for every process; the first one to reach it again will listen.
      logFailure: (error) =>
        logger.warn({ error: loggable(error), communityId: community._id }, 'the lease could not be renewed'),
    });
    // Another process need not wait for a session that hangs while it ends.
    abort.signal.addEventListener('abort', () => void renewing.stop(), { once: true });
    try {
      await deps.runSession(fresh, abort.signal);
    } catch (error) {
      if (!(error instanceof CommunityStopError)) throw error;
      const { stopReason, networkCode } = error;
      const ids = { communityId: community._id.toHexString(), network, networkCode };
      logger.error({ ...ids, stopReason }, 'the network refuses this community; an administrator must act');
      await untilWritten(() => setConnection(deps, fresh, { state: 'stopped', stopReason, networkCode }));
    } finally {
      abort.abort();
      await renewing.stop();
      await releaseLease(communities, community._id, deps.processId).catch((error: unknown) => {
        logger.warn(
          { error: loggable(error), communityId: community._id },
          'the lease was not given back; it ends by itself',
        );
      });
    }
  }

  /** A stop that is not written would be found again at once, by a call that the network counts against us. */
  async function untilWritten(write: () => Promise<unknown>): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await write();
        return;
      } catch (error) {
        logger.warn({ error: loggable(error) }, 'a stopped community is not written yet');
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
