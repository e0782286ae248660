/**
 * Sends queued service messages. Each community has its own batches, so that a slow or throttled network delays no
 * other community. Several processes share the work through claims and the community's rate.
 */
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Logger } from '../../observability/logger.ts';
import { type NextLook, startDueLoop } from '../../work/dueLoop.ts';
import { expireDue } from '../statuses/expiry.ts';
import { type NextBatchDeps, nextBatch } from './nextBatch.ts';

export interface ServiceSenderDeps extends NextBatchDeps {
  /** The communities that may send now. */
  communities(): Promise<CommunityRef[]>;
  logger: Logger;
  timing?: Partial<ServiceSenderTiming>;
}

export interface ServiceSenderTiming {
  /** How often a process looks for messages that others queued, expired messages, and unfinished status effects. */
  pollMs: number;
}

export interface ServiceSender {
  wake(): void;
  stop(): Promise<void>;
}

/** The next batch is claimed while one is with the network. */
const BATCHES_OF_COMMUNITY = 2;

export function startServiceSender(deps: ServiceSenderDeps): ServiceSender {
  const { logger } = deps;
  const pollMs = deps.timing?.pollMs ?? 250;
  const underWay = new Map<string, Set<Promise<void>>>();

  const sending = startDueLoop({
    async look(stopping) {
      const communities = await deps.communities();
      await Promise.all(communities.map((community) => startBatches(community, stopping)));
    },
    pollMs,
    logFailure: (error) => logger.warn({ err: error }, 'looking for due service messages failed'),
  });

  async function startBatches(community: CommunityRef, stopping: AbortSignal): Promise<void> {
    const batches = underWay.get(community.id) ?? new Set();
    underWay.set(community.id, batches);
    while (!stopping.aborted && batches.size < BATCHES_OF_COMMUNITY) {
      const begin = await nextBatch(deps, community);
      if (!begin) return;
      const work = begin().catch((error: unknown) =>
        logger.error(
          { err: error, communityId: community.id },
          'a batch failed; it is sent again after its lease expires',
        ),
      );
      batches.add(work);
      void work.finally(() => {
        batches.delete(work);
        sending.wake();
      });
    }
  }

  /** A loop of its own, so that sending does not wait for it. */
  const sweeping = startDueLoop({
    async look(stopping): Promise<NextLook> {
      if ((await expireDue(deps)) > 0) return 'again';
      if (stopping.aborted) return undefined;
      if ((await deps.statusEffects.sweep()) > 0) return 'again';
      if (!stopping.aborted) await deps.quota.sweep();
      return undefined;
    },
    pollMs,
    firstLook: 'afterPoll',
    logFailure: (error) => logger.warn({ err: error }, 'sweeping service messages failed'),
  });

  return {
    wake: sending.wake,
    async stop() {
      await Promise.all([sending.stop(), sweeping.stop()]);
      await Promise.allSettled([...underWay.values()].flatMap((batches) => [...batches]));
    },
  };
}
