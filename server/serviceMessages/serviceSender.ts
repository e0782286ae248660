/**
 * Sends queued service messages. Each community has its own lane, so that one whose network hangs or limits it keeps no
 * other waiting; several processes share the lanes through claims and the community's rate.
 */
import type { CommunityRef } from '../communities/communityRef.ts';
import type { Logger } from '../observability/logger.ts';
import { expireDue } from './expiry.ts';
import { type NextBatchParts, nextBatch } from './nextBatch.ts';

export interface ServiceSenderParts extends NextBatchParts {
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

export function startServiceSender(parts: ServiceSenderParts): ServiceSender {
  const { logger } = parts;
  const pollMs = parts.timing?.pollMs ?? 250;
  const underWay = new Map<string, Set<Promise<void>>>();
  let isStopping = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;

  function wake(): void {
    lookAgain = true;
    looking ??= lookWhileAsked()
      .catch((error: unknown) => logger.warn({ err: error }, 'looking for service messages failed'))
      .finally(() => {
        looking = null;
      });
  }

  async function lookWhileAsked(): Promise<void> {
    while (lookAgain && !isStopping) {
      lookAgain = false;
      const communities = await parts.communities();
      await Promise.all(communities.map(fillLane));
    }
  }

  async function fillLane(community: CommunityRef): Promise<void> {
    const lane = underWay.get(community.id) ?? new Set();
    underWay.set(community.id, lane);
    while (!isStopping && lane.size < BATCHES_OF_COMMUNITY) {
      const begin = await nextBatch(parts, community);
      if (!begin) return;
      const work = begin().catch((error: unknown) =>
        logger.error({ err: error, communityId: community.id }, 'a batch failed; its lease runs out'),
      );
      lane.add(work);
      void work.finally(() => {
        lane.delete(work);
        wake();
      });
    }
  }

  let tending: Promise<void> | null = null;
  function tend(): void {
    tending ??= tendAll()
      .catch((error: unknown) => logger.warn({ err: error }, 'tending service messages failed'))
      .finally(() => {
        tending = null;
      });
  }

  async function tendAll(): Promise<void> {
    while (!isStopping && (await expireDue(parts)) > 0);
    while (!isStopping && (await parts.followUps.sweep()) > 0);
    if (!isStopping) await parts.quota.sweep();
  }

  const poll = setInterval(() => {
    wake();
    tend();
  }, pollMs);
  wake();
  return {
    wake,
    async stop() {
      isStopping = true;
      clearInterval(poll);
      await Promise.allSettled([looking, tending]);
      await Promise.allSettled([...underWay.values()].flatMap((lane) => [...lane]));
    },
  };
}
