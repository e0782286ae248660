/**
 * Walks through mailings step by step: the dry run, the start at its time, the sending, taking back what was cancelled,
 * letting go what a pause had held.
 * Each step is one block or one batch under a lease in the mailing's row, so that any process can go on where another
 * died. How a block is taken is in `takeBlock.ts`.
 */
import type { QueryFilter } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import type { Stops } from '../serviceMessages/ports.ts';
import type { WriteDeps } from '../serviceMessages/writeChanges.ts';
import { type NextLook, startDueLoop } from '../work/dueLoop.ts';
import { keepRenewing, leaseIn } from '../work/lease.ts';
import type { Campaign } from './campaign.model.ts';
import { cancelQueued } from './cancelQueued.ts';
import { resolveHeld } from './heldMessages.ts';
import { forgetCampaign } from './importList.ts';
import { perSecondOf } from './pace.ts';
import { type BlockDeps, countUnfinished, processBlock } from './processBlock.ts';
import type { Tallies } from './tallies.ts';

export interface MailingWorkerDeps extends BlockDeps, WriteDeps {
  tallies: Tallies;
  /** Which lists may not be sent. */
  stops: Stops;
  logger: Logger;
  timing?: Partial<CampaignTiming>;
}

export interface CampaignTiming {
  pollMs: number;
  /** So long a list stands still when its process dies. */
  leaseMs: number;
  /** At the usual pace, a block is handed over only while fewer wait: a message's time runs from then (N19). */
  queuedAhead: number;
}

const usualTiming: CampaignTiming = { pollMs: 500, leaseMs: 15_000, queuedAhead: 1_000 };
const AHEAD_S = 5;
const AHEAD_MOST = 5_000;
const MAILINGS_AT_ONCE = 20;
const WORKED_ON = ['checking', 'scheduled', 'running', 'cancelling'] as const;
const CUT_OFF_AFTER_MS = 3600_000;
const LOOK_FOR_CUT_OFF_MS = 600_000;
const lease = leaseIn('lease');

export interface CampaignWorker {
  /** One step of each mailing that has something to do; true when there may be more at once. */
  step(now?: Date): Promise<boolean>;
}

export function createCampaignWorker(deps: MailingWorkerDeps): CampaignWorker {
  const { campaigns, tallies } = deps;
  const timing = { ...usualTiming, ...deps.timing };

  async function claim({ _id }: Campaign): Promise<Campaign | null> {
    const { filter, set } = lease.claim(deps.processId, timing.leaseMs);
    return campaigns
      .findOneAndUpdate(
        { _id, state: { $in: [...WORKED_ON] }, ...filter },
        { $set: set },
        { returnDocument: 'after', projection: { folded: 0 } },
      )
      .lean<Campaign>();
  }

  /** A block on a slow store keeps its lease while it lasts. */
  async function keepingLease<T>({ _id }: Campaign, work: () => Promise<T>): Promise<T> {
    const renewing = keepRenewing({
      everyMs: timing.leaseMs / 4,
      async renew() {
        const { filter, set } = lease.renew(deps.processId, timing.leaseMs);
        const { matchedCount } = await campaigns.updateOne({ _id, ...filter }, { $set: set });
        return matchedCount === 1;
      },
      logFailure: (error) => deps.logger.warn({ err: error }, "a mailing's lease was not renewed"),
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
        if (campaign.checked.nextBlock >= campaign.blocks) return moveOn(campaign, 'ready');
        await processBlock(deps, campaign, 'checked');
        return true;
      case 'scheduled':
        return campaign.startAt !== null && campaign.startAt <= now && moveOn(campaign, 'running');
      case 'running': {
        const queued = queuedOf(campaign);
        if (campaign.taken.nextBlock >= campaign.blocks) return queued <= 0 && moveOn(campaign, 'done');
        if (queued >= mostAhead(campaign, timing, now)) return false;
        await processBlock(deps, campaign, 'taken');
        return true;
      }
      case 'cancelling':
        if (await countUnfinished(deps, campaign)) return true;
        // What a network is being asked to send ends by itself; the list is cancelled when nothing is left in the queue.
        if (queuedOf(campaign) <= 0) return moveOn(campaign, 'cancelled');
        return (await cancelQueued(deps, campaign)) > 0;
      default:
        return false;
    }
  }

  async function moveOn({ _id, state }: Campaign, next: Campaign['state']): Promise<boolean> {
    const { modifiedCount } = await campaigns.updateOne(
      { _id, state },
      { $set: { state: next, lease: null } },
    );
    if (next !== 'running') deps.firstRows.forget(_id);
    return modifiedCount > 0 && next === 'running';
  }

  /** A list that waits for its hour keeps no place of one that has something to do. */
  async function findDue(now: Date): Promise<Campaign[]> {
    const due: QueryFilter<Campaign>[] = [
      { state: 'checking' },
      { state: 'cancelling' },
      { state: 'scheduled', startAt: { $lte: now } },
      { state: 'running' },
    ];
    const found = await Promise.all(
      due.map((filter) =>
        campaigns.find(filter, { _id: 1 }).sort({ createdAt: 1 }).limit(MAILINGS_AT_ONCE).lean<Campaign[]>(),
      ),
    );
    return found.flat();
  }

  return {
    async step(now = new Date()) {
      await tallies.fold();
      await resolveHeld(deps);
      let hasMore = false;
      for (const each of await findDue(now)) {
        const held = await claim(each);
        if (held && (await keepingLease(held, () => stepOf(held, now)))) hasMore = true;
      }
      return hasMore;
    },
  };
}

/** Where messages leave the queue fast, as many may wait as leave it in a few seconds: no message waits longer for that. */
function mostAhead(campaign: Campaign, { queuedAhead }: CampaignTiming, now: Date): number {
  const leaving = Math.min(perSecondOf(campaign, now) * AHEAD_S, AHEAD_MOST);
  return Math.max(queuedAhead, leaving);
}

/** Handed over and not yet gone, by the sums of the mailing's own row. */
function queuedOf({ taken, statuses }: Campaign): number {
  return taken.fit - Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

/** Works until it is stopped; a step that failed is tried again at the next look. */
export function startCampaignWorker(deps: MailingWorkerDeps): { stop(): Promise<void> } {
  const worker = createCampaignWorker(deps);
  const { pollMs } = { ...usualTiming, ...deps.timing };
  const stepping = startDueLoop({
    look: async (): Promise<NextLook> => ((await worker.step()) ? 'again' : undefined),
    pollMs,
    logFailure: (error) => deps.logger.warn({ err: error }, 'a mailing waits; it is tried again'),
  });
  // A loop of its own: a list that cannot be forgotten keeps no other from being sent.
  const forgetting = startDueLoop({
    look: () => forgetCutOff(deps),
    pollMs: LOOK_FOR_CUT_OFF_MS,
    retryMs: pollMs,
    logFailure: (error) =>
      deps.logger.warn({ err: error }, 'a list that was cut off is not forgotten yet; it is tried again'),
  });
  return {
    async stop() {
      await Promise.all([stepping.stop(), forgetting.stop()]);
    },
  };
}

/** Lists whose taking in was cut off: nobody can see them. */
async function forgetCutOff(deps: MailingWorkerDeps): Promise<void> {
  const cutOff = await deps.campaigns
    .find({ state: 'importing', createdAt: { $lte: new Date(Date.now() - CUT_OFF_AFTER_MS) } }, { _id: 1 })
    .lean();
  for (const { _id } of cutOff) await forgetCampaign(deps, _id);
}
