/**
 * Sends queued service messages. Each community has its own batches, so that a slow or throttled network delays no
 * other community. Several processes share the work through claims and the community's rate.
 */
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Logger } from '../../observability/logger.ts';
import { isolated } from '../../storage/isolate.ts';
import { type NextLook, startDueLoop } from '../../work/dueLoop.ts';
import type { Receipts } from '../ports.ts';
import { askReports } from '../statuses/askReports.ts';
import { expireDue } from '../statuses/expiry.ts';
import { type Batch, type NextBatchDeps, nextBatch } from './nextBatch.ts';

export interface ServiceSenderDeps extends NextBatchDeps {
  /** The communities that may send now. */
  communities(): Promise<CommunityRef[]>;
  receipts: Receipts;
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

/** The next batch is claimed while one is with the network. Look-ups have a place of their own beside them. */
const BATCHES_AT_ONCE = { send: 2, lookUp: 1 } as const;

/** A report is missed a minute after its time: a second more does not matter. */
const ASKING_IS_RARER = 4;

type UnderWay = Record<Batch['kind'], Set<Promise<void>>>;

export function startServiceSender(deps: ServiceSenderDeps): ServiceSender {
  const { logger } = deps;
  const pollMs = deps.timing?.pollMs ?? 250;
  const underWay = new Map<string, UnderWay>();
  /** Preparations that wake the sender when they end; each is asked about many times. */
  const awaited = new WeakSet<Promise<void>>();

  const sending = startDueLoop({
    async look(stopping) {
      const communities = await deps.communities();
      await Promise.all(communities.map((community) => startBatches(community, stopping)));
    },
    pollMs,
    logFailure: (error) => logger.warn({ err: error }, 'looking for due service messages failed'),
  });

  function whenPrepared(done: Promise<void>): void {
    if (awaited.has(done)) return;
    awaited.add(done);
    void done.then(sending.wake);
  }

  async function startBatches(community: CommunityRef, stopping: AbortSignal): Promise<void> {
    const batches: UnderWay = underWay.get(community.id) ?? { send: new Set(), lookUp: new Set() };
    underWay.set(community.id, batches);
    while (!stopping.aborted) {
      const [sends, lookUps] = (['send', 'lookUp'] as const).map(
        (kind) => batches[kind].size < BATCHES_AT_ONCE[kind],
      ) as [boolean, boolean];
      if (!sends && !lookUps) return;
      const batch = await nextBatch(deps, community, { sends, lookUps, whenPrepared, stopping });
      if (!batch) return;
      start(community, batch, batches[batch.kind]);
    }
  }

  function start({ id: communityId }: CommunityRef, batch: Batch, ofKind: Set<Promise<void>>): void {
    const work = batch
      .run()
      .catch((error: unknown) =>
        logger.error(
          { err: error, communityId },
          'a batch failed; its messages are looked up after their lease expires',
        ),
      );
    ofKind.add(work);
    void work.finally(() => {
      ofKind.delete(work);
      sending.wake();
    });
  }

  /** Steps that fail now: each is logged once. */
  const failing = new Set<string>();
  /** A loop of its own, so that sending does not wait for it. */
  const sweeping = startDueLoop({
    async look(stopping): Promise<NextLook> {
      const steps = {
        expiry: () => expireDue(deps),
        statusEffects: () => deps.statusEffects.sweep(),
        quota: async () => void (await deps.quota.sweep()),
      };
      let hasMore = false;
      for (const [step, run] of Object.entries(steps)) {
        if (stopping.aborted) return undefined;
        // A step that fails stops no other: expired messages must not keep the others' quota.
        await isolated(
          async () => {
            hasMore = ((await run()) ?? 0) > 0 || hasMore;
            failing.delete(step);
          },
          (error) => {
            if (failing.has(step)) return;
            failing.add(step);
            logger.error({ err: error, step }, 'a step of sweeping service messages fails; it is retried');
          },
        );
      }
      // A step that fails waits for the poll, whatever the others found.
      return hasMore && failing.size === 0 ? 'again' : undefined;
    },
    pollMs,
    firstLook: 'afterPoll',
    logFailure: (error) => logger.warn({ err: error }, 'sweeping service messages failed'),
  });

  /** By itself, because networks may be slow. */
  const asking = startDueLoop({
    async look(): Promise<NextLook> {
      return (await askReports(deps)) > 0 ? 'again' : undefined;
    },
    pollMs: pollMs * ASKING_IS_RARER,
    firstLook: 'afterPoll',
    logFailure: (error) => logger.warn({ err: error }, 'asking for missing reports failed'),
  });

  return {
    wake: sending.wake,
    async stop() {
      await Promise.all([sending.stop(), sweeping.stop(), asking.stop()]);
      await Promise.allSettled([...underWay.values()].flatMap(({ send, lookUp }) => [...send, ...lookUp]));
    },
  };
}
