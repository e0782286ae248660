/**
 * Watches whether the intake of each community makes progress. A piece of work (a poll, a batch, a backfill) reports
 * each step, a webhook its outcome. If a community makes none for a minute, it stands still: screens and `/metrics`
 * say so, until its work moves again.
 */

import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Gauge } from 'prom-client';
import type { Network } from '../../shared/schemas/common.ts';
import type { Community } from '../communities/community.model.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import type { PublishCommunity } from '../communities/connection.ts';
import { setStalled } from '../communities/stalled.ts';
import { currentTimeMs } from '../work/clock.ts';
import { startDueLoop } from '../work/dueLoop.ts';

export interface IntakeWork {
  /** Call when something was stored, kept aside or found to be stored. */
  progress(): void;
  /** Call when the work is over, whatever its outcome. */
  end(): void;
}

export interface IntakeWatch {
  begin(community: CommunityRef): IntakeWork;
  /** For work that its network repeats, such as a webhook: a failure is owed until the next success. */
  failed(community: CommunityRef): void;
  succeeded(community: CommunityRef): void;
  stop(): Promise<void>;
}

export interface IntakeWatchDeps {
  network: Network;
  communities: Model<Community>;
  publish: PublishCommunity;
  logger: Logger;
  /** How many communities stand still in this process. */
  stalled: Pick<Gauge<'network'>, 'set'>;
  times?: IntakeWatchTimes | undefined;
}

export interface IntakeWatchTimes {
  stalledAfterMs: number;
  lookEveryMs: number;
}

const usualTimes: IntakeWatchTimes = { stalledAfterMs: 60_000, lookEveryMs: 5_000 };
/** A network that has given up repeating owes nothing any more: the sweep reads its history. */
const OWED_FOR = 10;

/** All times by `performance.now()`. */
interface Watched {
  community: CommunityRef;
  /** When each piece of work last made progress. */
  movedAt: Map<IntakeWork, number>;
  /** The first and the last failure since the last success. */
  owed: { since: number; lastAt: number } | null;
  isStalled: boolean;
}

export function createIntakeWatch(deps: IntakeWatchDeps): IntakeWatch {
  const { network, logger, times = usualTimes } = deps;
  const watched = new Map<string, Watched>();

  function watchedOf(community: CommunityRef): Watched {
    const known = watched.get(community.id);
    if (known) return known;
    const fresh: Watched = { community, movedAt: new Map(), owed: null, isStalled: false };
    watched.set(community.id, fresh);
    return fresh;
  }

  /** Since when it makes no progress; null when it does. */
  function stalledSince({ movedAt, owed }: Watched): number | null {
    const now = performance.now();
    const isOwed = owed !== null && owed.lastAt > now - OWED_FOR * times.stalledAfterMs;
    const since = Math.min(...movedAt.values(), isOwed ? owed.since : now);
    return since <= now - times.stalledAfterMs ? since : null;
  }

  async function look(): Promise<void> {
    const all = [...watched.values()].map((of) => ({ of, since: stalledSince(of) }));
    deps.stalled.set({ network }, all.filter(({ since }) => since !== null).length);
    for (const { of, since } of all) {
      const ids = { communityId: of.community.id, network };
      if (since !== null) {
        if (!of.isStalled) logger.error(ids, 'the intake of a community stands still');
        of.isStalled = true;
        // Repeated while it lasts: another process may have cleared it.
        await setStalled(deps, of.community.id, new Date(currentTimeMs() - (performance.now() - since)));
      } else if (of.isStalled) {
        await setStalled(deps, of.community.id, null);
        of.isStalled = false;
        logger.info(ids, 'the intake of a community moves again');
      } else if (of.movedAt.size === 0 && of.owed === null) watched.delete(of.community.id);
    }
  }

  const loop = startDueLoop({
    look: () => look(),
    pollMs: times.lookEveryMs,
    firstLook: 'afterPoll',
    keepsProcessAlive: false,
    logFailure: (error) =>
      logger.warn({ err: error }, 'a community stands still, and that is not stored yet'),
  });
  return {
    begin(community) {
      const { movedAt } = watchedOf(community);
      const work: IntakeWork = {
        progress: () => {
          if (movedAt.has(work)) movedAt.set(work, performance.now());
        },
        end: () => {
          movedAt.delete(work);
        },
      };
      movedAt.set(work, performance.now());
      return work;
    },
    failed(community) {
      const of = watchedOf(community);
      const lastAt = performance.now();
      of.owed = { since: of.owed?.since ?? lastAt, lastAt };
    },
    succeeded(community) {
      const of = watched.get(community.id);
      if (of) of.owed = null;
    },
    stop: loop.stop,
  };
}
