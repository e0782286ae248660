/**
 * Runs campaigns step by step: the dry run, the start on time, the sending, cancelling, and releasing held
 * messages. Each step is one block or batch under a lease in the campaign's document, so that another process
 * continues after a crash. A campaign whose steps fail stops no other one (`failedSteps.ts`).
 */

import type { QueryFilter } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import type { Stops } from '../serviceMessages/ports.ts';
import type { WriteDeps } from '../serviceMessages/statuses/writeChanges.ts';
import { isolated } from '../storage/isolate.ts';
import { currentTime, currentTimeMs } from '../work/clock.ts';
import { type NextLook, startDueLoop } from '../work/dueLoop.ts';
import { keepRenewing, leaseIn } from '../work/lease.ts';
import type { Campaign } from './campaign.model.ts';
import { cancelQueued } from './cancelQueued.ts';
import { forgetFailedSteps, mayStep, recordFailedStep } from './failedSteps.ts';
import { resolveHeld } from './heldMessages.ts';
import { deleteCampaign } from './importList.ts';
import { perSecondOf } from './pace.ts';
import { type BlockDeps, countUnfinished, processBlock } from './processBlock.ts';
import type { Tallies } from './tallies.ts';

export interface CampaignWorkerDeps extends BlockDeps, WriteDeps {
  tallies: Tallies;
  /** Finds campaigns that are paused or cancelled. */
  stops: Stops;
  logger: Logger;
  timing?: Partial<CampaignTiming>;
}

export interface CampaignTiming {
  pollMs: number;
  /** How long a campaign waits after its process dies. */
  leaseMs: number;
  /** A block is handed over only while fewer messages wait, because their TTL runs from then (N19). */
  queuedAhead: number;
  /** The wait after the first failed step; it doubles with each. */
  firstRetryMs: number;
}

const usualTiming: CampaignTiming = { pollMs: 500, leaseMs: 15_000, queuedAhead: 1_000, firstRetryMs: 1_000 };
const QUEUED_AHEAD_S = 5;
const QUEUED_AHEAD_MAX = 5_000;
const CAMPAIGNS_AT_ONCE = 20;
const WORKED_ON = ['checking', 'scheduled', 'running', 'cancelling'] as const;
const INTERRUPTED_AFTER_MS = 3600_000;
const LOOK_FOR_INTERRUPTED_MS = 600_000;
const lease = leaseIn('lease');

export interface CampaignWorker {
  /** One step of each campaign that has work; true when the next step may follow at once. */
  step(now?: Date, stopping?: AbortSignal): Promise<boolean>;
  /** Gives up the leases of this process, so that another one continues at once. */
  release(): Promise<void>;
}

export function createCampaignWorker(deps: CampaignWorkerDeps): CampaignWorker {
  const { campaigns, tallies } = deps;
  const timing = { ...usualTiming, ...deps.timing };

  async function claim({ _id }: Campaign, now: Date): Promise<Campaign | null> {
    const { filter, set } = lease.claim(deps.processId, timing.leaseMs);
    return campaigns
      .findOneAndUpdate(
        { _id, state: { $in: [...WORKED_ON] }, ...mayStep(now), ...filter },
        { $set: set },
        { returnDocument: 'after', projection: { folded: 0 } },
      )
      .lean<Campaign>();
  }

  /** Renews the lease while the work runs, for example on a slow store. */
  async function keepingLease<T>({ _id }: Campaign, work: () => Promise<T>): Promise<T> {
    const renewing = keepRenewing({
      everyMs: timing.leaseMs / 4,
      async renew() {
        const { filter, set } = lease.renew(deps.processId, timing.leaseMs);
        const { matchedCount } = await campaigns.updateOne({ _id, ...filter }, { $set: set });
        return matchedCount === 1;
      },
      logFailure: (error) => deps.logger.warn({ err: error }, "a campaign's lease was not renewed"),
    });
    try {
      return await work();
    } finally {
      void renewing.stop();
    }
  }

  async function stepOf(campaign: Campaign, now: Date): Promise<boolean> {
    switch (campaign.state) {
      case 'checking':
        if (campaign.checked.nextBlock >= campaign.blocks) return changeState(campaign, 'ready');
        await processBlock(deps, campaign, 'checked');
        return true;
      case 'scheduled':
        return campaign.startAt !== null && campaign.startAt <= now && changeState(campaign, 'running');
      case 'running': {
        const queued = queuedOf(campaign);
        if (campaign.taken.nextBlock >= campaign.blocks) return queued <= 0 && changeState(campaign, 'done');
        if (queued >= queuedAheadLimit(campaign, timing, now)) return false;
        await processBlock(deps, campaign, 'taken');
        return true;
      }
      case 'cancelling':
        if (await countUnfinished(deps, campaign)) return true;
        // Messages in a call end by themselves; the campaign is cancelled when its queue is empty.
        if (queuedOf(campaign) <= 0) return changeState(campaign, 'cancelled');
        return (await cancelQueued(deps, campaign)) > 0;
      default:
        return false;
    }
  }

  async function changeState({ _id, state }: Campaign, next: Campaign['state']): Promise<boolean> {
    const { modifiedCount } = await campaigns.updateOne(
      { _id, state },
      { $set: { state: next, lease: null } },
    );
    if (next !== 'running') deps.firstRows.forget(_id);
    return modifiedCount > 0 && next === 'running';
  }

  /** Campaigns with work. One that waits for its start takes no place of another. */
  async function findDue(now: Date): Promise<Campaign[]> {
    const due: QueryFilter<Campaign>[] = [
      { state: 'checking' },
      { state: 'cancelling' },
      { state: 'scheduled', startAt: { $lte: now } },
      { state: 'running' },
    ];
    const found = await Promise.all(
      due.map((filter) =>
        campaigns
          .find({ ...filter, ...mayStep(now) }, { _id: 1 })
          .sort({ createdAt: 1 })
          .limit(CAMPAIGNS_AT_ONCE)
          .lean<Campaign[]>(),
      ),
    );
    return found.flat();
  }

  /** True when the next step of this campaign may follow at once. */
  async function trySteps(campaign: Campaign, now: Date): Promise<boolean> {
    try {
      const hasMore = await keepingLease(campaign, () => stepOf(campaign, now));
      await forgetFailedSteps(deps, campaign);
      return hasMore;
    } catch (error) {
      const isFailed = await recordFailedStep({ ...deps, ...timing }, campaign, error);
      const { _id: campaignId, state } = campaign;
      if (isFailed) deps.firstRows.forget(campaignId);
      deps.logger.error({ err: error, campaignId, state, isFailed }, 'a step of a campaign failed');
      return false;
    }
  }

  return {
    async step(now = currentTime(), stopping) {
      await tallies.fold();
      await resolveHeld(deps);
      let hasMore = false;
      for (const each of await findDue(now)) {
        if (stopping?.aborted) return false;
        const claimed = await claim(each, now);
        if (claimed && (await trySteps(claimed, now))) hasMore = true;
      }
      return hasMore;
    },
    async release() {
      const { filter, set } = lease.release(deps.processId);
      await campaigns.updateMany(filter, { $set: set });
    },
  };
}

/** A fast queue may hold as many messages as leave it in a few seconds: no message waits longer for that. */
function queuedAheadLimit(campaign: Campaign, { queuedAhead }: CampaignTiming, now: Date): number {
  const leavingSoon = Math.min(perSecondOf(campaign, now) * QUEUED_AHEAD_S, QUEUED_AHEAD_MAX);
  return Math.max(queuedAhead, leavingSoon);
}

/** How many messages are in the queue, by the campaign's sums. */
function queuedOf({ taken, statuses }: Campaign): number {
  return taken.fit - Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

/** Works until it is stopped; a failed step is retried at the next look. */
export function startCampaignWorker(deps: CampaignWorkerDeps): { stop(): Promise<void> } {
  const worker = createCampaignWorker(deps);
  const { pollMs } = { ...usualTiming, ...deps.timing };
  const stepping = startDueLoop({
    look: async (stopping): Promise<NextLook> =>
      (await worker.step(currentTime(), stopping)) ? 'again' : undefined,
    pollMs,
    logFailure: (error) => deps.logger.warn({ err: error }, 'a step of the campaigns failed; it is retried'),
  });
  // A loop of its own: a campaign that cannot be deleted delays no other campaign.
  const deleting = startDueLoop({
    look: () => deleteInterrupted(deps),
    pollMs: LOOK_FOR_INTERRUPTED_MS,
    retryMs: pollMs,
    logFailure: (error) =>
      deps.logger.warn({ err: error }, 'an interrupted import was not deleted; it is retried'),
  });
  return {
    async stop() {
      await Promise.all([stepping.stop(), deleting.stop()]);
      await worker.release().catch((error: unknown) => {
        deps.logger.warn({ err: error }, 'the leases of the campaigns were not released; they will expire');
      });
    },
  };
}

/** Deletes campaigns whose import was interrupted; people cannot see them. */
async function deleteInterrupted(deps: CampaignWorkerDeps): Promise<void> {
  const interrupted = await deps.campaigns
    .find(
      { state: 'importing', createdAt: { $lte: new Date(currentTimeMs() - INTERRUPTED_AFTER_MS) } },
      { _id: 1 },
    )
    .lean();
  for (const { _id } of interrupted)
    await isolated(
      () => deleteCampaign(deps, _id),
      (err) => deps.logger.error({ err, campaignId: _id }, 'an interrupted import was not deleted; retrying'),
    );
}
