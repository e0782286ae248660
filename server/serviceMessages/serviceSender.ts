/**
 * Sends queued service messages. Each community has its own lane, so that one whose network hangs or limits it keeps no
 * other waiting; several processes share the lanes through claims and the community's rate.
 */
import type { CommunityRef } from '../communities/communityRef.ts';
import type { Logger } from '../observability/logger.ts';
import { type NextLook, startDueLoop } from '../work/dueLoop.ts';
import { expireDue } from './expiry.ts';
import { type NextBatchDeps, nextBatch } from './nextBatch.ts';

export interface ServiceSenderDeps extends NextBatchDeps {
  /** The communities that may send now. */
  communities(): Promise<CommunityRef[]>;
  logger: Logger;
  timing?: Partial<ServiceSenderTiming>;
}

export interface ServiceSenderTiming {
  /** How often a process looks for what others queued, for what has run out of time, and for what was left undone. */
  pollMs: number;
}

export interface ServiceSender {
  wake(): void;
  stop(): Promise<void>;
}

/** While one batch is with the network, the next is claimed. */
const BATCHES_OF_COMMUNITY = 2;

export function startServiceSender(deps: ServiceSenderDeps): ServiceSender {
  const { logger } = deps;
  const pollMs = deps.timing?.pollMs ?? 250;
  const underWay = new Map<string, Set<Promise<void>>>();

  const sending = startDueLoop({
    async look(stopping) {
      const communities = await deps.communities();
      await Promise.all(communities.map((community) => fillLane(community, stopping)));
    },
    pollMs,
    logFailure: (error) => logger.warn({ err: error }, 'looking for service messages failed'),
  });

  async function fillLane(community: CommunityRef, stopping: AbortSignal): Promise<void> {
    const lane = underWay.get(community.id) ?? new Set();
    underWay.set(community.id, lane);
    while (!stopping.aborted && lane.size < BATCHES_OF_COMMUNITY) {
      const begin = await nextBatch(deps, community);
      if (!begin) return;
      const work = begin().catch((error: unknown) =>
        logger.error({ err: error, communityId: community.id }, 'a batch failed; its lease runs out'),
      );
      lane.add(work);
      void work.finally(() => {
        lane.delete(work);
        sending.wake();
      });
    }
  }

  /** A look of its own, so that what is due to be sent does not wait for it. */
  const tending = startDueLoop({
    async look(stopping): Promise<NextLook> {
      if ((await expireDue(deps)) > 0) return 'again';
      if (stopping.aborted) return undefined;
      if ((await deps.statusEffects.sweep()) > 0) return 'again';
      if (!stopping.aborted) await deps.quota.sweep();
      return undefined;
    },
    pollMs,
    firstLook: 'afterPoll',
    logFailure: (error) => logger.warn({ err: error }, 'tending service messages failed'),
  });

  return {
    wake: sending.wake,
    async stop() {
      await Promise.all([sending.stop(), tending.stop()]);
      await Promise.allSettled([...underWay.values()].flatMap((lane) => [...lane]));
    },
  };
}
