/**
 * Walks through mailings step by step: the dry run, the start at its time, the sending, taking back what was cancelled,
 * letting go what a pause had held.
 * Each step is one block or one batch under a lease in the mailing's row, so that any process can go on where another
 * died. How a block is taken is in `takeBlock.ts`.
 */
import type { QueryFilter } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import type { Stops } from '../serviceMessages/ports.ts';
import type { WriteParts } from '../serviceMessages/writeChanges.ts';
import { type NextLook, startDueLoop } from '../work/dueLoop.ts';
import { keepRenewing, leaseIn } from '../work/lease.ts';
import { cancelQueued } from './cancelQueued.ts';
import { settleHeld } from './heldMessages.ts';
import type { Mailing } from './mailing.model.ts';
import { perSecondOf } from './pace.ts';
import { countHalfTaken, type TakeBlockParts, takeBlock } from './takeBlock.ts';
import { forgetMailing } from './takeList.ts';
import type { Tallies } from './tallies.ts';

export interface MailingWorkerParts extends TakeBlockParts, WriteParts {
  tallies: Tallies;
  /** Which lists may not be sent. */
  stops: Stops;
  logger: Logger;
  timing?: Partial<MailingTiming>;
}

export interface MailingTiming {
  pollMs: number;
  /** So long a list stands still when its process dies. */
  leaseMs: number;
  /** At the usual pace, a block is handed over only while fewer wait: a message's time runs from then (N19). */
  queuedAhead: number;
}

const usualTiming: MailingTiming = { pollMs: 500, leaseMs: 15_000, queuedAhead: 1_000 };
const AHEAD_S = 5;
const AHEAD_MOST = 5_000;
const MAILINGS_AT_ONCE = 20;
const WORKED_ON = ['checking', 'scheduled', 'running', 'cancelling'] as const;
const CUT_OFF_AFTER_MS = 3600_000;
const LOOK_FOR_CUT_OFF_MS = 600_000;
const lease = leaseIn('lease');

export interface MailingWorker {
  /** One step of each mailing that has something to do; true when there may be more at once. */
  step(now?: Date): Promise<boolean>;
}

export function createMailingWorker(parts: MailingWorkerParts): MailingWorker {
  const { mailings, tallies } = parts;
  const timing = { ...usualTiming, ...parts.timing };

  async function claim({ _id }: Mailing): Promise<Mailing | null> {
    const { filter, set } = lease.claim(parts.processId, timing.leaseMs);
    return mailings
      .findOneAndUpdate(
        { _id, state: { $in: [...WORKED_ON] }, ...filter },
        { $set: set },
        { returnDocument: 'after', projection: { folded: 0 } },
      )
      .lean<Mailing>();
  }

  /** A block on a slow store keeps its lease while it lasts. */
  async function keepingLease<T>({ _id }: Mailing, work: () => Promise<T>): Promise<T> {
    const renewing = keepRenewing({
      everyMs: timing.leaseMs / 4,
      async renew() {
        const { filter, set } = lease.renew(parts.processId, timing.leaseMs);
        const { matchedCount } = await mailings.updateOne({ _id, ...filter }, { $set: set });
        return matchedCount === 1;
      },
      logFailure: (error) => parts.logger.warn({ err: error }, "a mailing's lease was not renewed"),
    });
    try {
      return await work();
    } finally {
      void renewing.stop();
    }
  }

  async function stepOf(mailing: Mailing, now: Date): Promise<boolean> {
    switch (mailing.state) {
      case 'checking':
        if (mailing.checked.nextBlock >= mailing.blocks) return moveOn(mailing, 'ready');
        await takeBlock(parts, mailing, 'checked');
        return true;
      case 'scheduled':
        return mailing.startAt !== null && mailing.startAt <= now && moveOn(mailing, 'running');
      case 'running': {
        const queued = queuedOf(mailing);
        if (mailing.taken.nextBlock >= mailing.blocks) return queued <= 0 && moveOn(mailing, 'done');
        if (queued >= mostAhead(mailing, timing, now)) return false;
        await takeBlock(parts, mailing, 'taken');
        return true;
      }
      case 'cancelling':
        if (await countHalfTaken(parts, mailing)) return true;
        // What a network is being asked to send ends by itself; the list is cancelled when nothing is left in the queue.
        if (queuedOf(mailing) <= 0) return moveOn(mailing, 'cancelled');
        return (await cancelQueued(parts, mailing)) > 0;
      default:
        return false;
    }
  }

  async function moveOn({ _id, state }: Mailing, next: Mailing['state']): Promise<boolean> {
    const { modifiedCount } = await mailings.updateOne(
      { _id, state },
      { $set: { state: next, lease: null } },
    );
    if (next !== 'running') parts.firstRows.forget(_id);
    return modifiedCount > 0 && next === 'running';
  }

  /** A list that waits for its hour keeps no place of one that has something to do. */
  async function findDue(now: Date): Promise<Mailing[]> {
    const due: QueryFilter<Mailing>[] = [
      { state: 'checking' },
      { state: 'cancelling' },
      { state: 'scheduled', startAt: { $lte: now } },
      { state: 'running' },
    ];
    const found = await Promise.all(
      due.map((filter) =>
        mailings.find(filter, { _id: 1 }).sort({ createdAt: 1 }).limit(MAILINGS_AT_ONCE).lean<Mailing[]>(),
      ),
    );
    return found.flat();
  }

  return {
    async step(now = new Date()) {
      await tallies.fold();
      await settleHeld(parts);
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
function mostAhead(mailing: Mailing, { queuedAhead }: MailingTiming, now: Date): number {
  const leaving = Math.min(perSecondOf(mailing, now) * AHEAD_S, AHEAD_MOST);
  return Math.max(queuedAhead, leaving);
}

/** Handed over and not yet gone, by the sums of the mailing's own row. */
function queuedOf({ taken, statuses }: Mailing): number {
  return taken.fit - Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

/** Works until it is stopped; a step that failed is tried again at the next look. */
export function startMailingWorker(parts: MailingWorkerParts): { stop(): Promise<void> } {
  const worker = createMailingWorker(parts);
  const { pollMs } = { ...usualTiming, ...parts.timing };
  const stepping = startDueLoop({
    look: async (): Promise<NextLook> => ((await worker.step()) ? 'again' : undefined),
    pollMs,
    logFailure: (error) => parts.logger.warn({ err: error }, 'a mailing waits; it is tried again'),
  });
  // A loop of its own: a list that cannot be forgotten keeps no other from being sent.
  const forgetting = startDueLoop({
    look: () => forgetCutOff(parts),
    pollMs: LOOK_FOR_CUT_OFF_MS,
    retryMs: pollMs,
    logFailure: (error) =>
      parts.logger.warn({ err: error }, 'a list that was cut off is not forgotten yet; it is tried again'),
  });
  return {
    async stop() {
      await Promise.all([stepping.stop(), forgetting.stop()]);
    },
  };
}

/** Lists whose taking in was cut off: nobody can see them. */
async function forgetCutOff(parts: MailingWorkerParts): Promise<void> {
  const cutOff = await parts.mailings
    .find({ state: 'importing', createdAt: { $lte: new Date(Date.now() - CUT_OFF_AFTER_MS) } }, { _id: 1 })
    .lean();
  for (const { _id } of cutOff) await forgetMailing(parts, _id);
}
