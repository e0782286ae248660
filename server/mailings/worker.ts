/**
 * Walks through mailings block by block: tries them without sending, then hands them to sending. A block may be done
 * twice after a crash: accepting answers its rows as before, and the sums are moved on by one guarded write.
 */
import type { Model } from 'mongoose';
import type { V1Refusal } from '../../shared/v1/errorCodes.ts';
import type { Logger } from '../observability/logger.ts';
import type { FollowUps } from '../sending/followUps.ts';
import type { Accepting, Sender } from '../sending/ports.ts';
import type { ServiceMessage } from '../sending/serviceMessage.model.ts';
import type { Sealing } from '../storage/sealing.ts';
import { cancelQueued } from './cancelQueued.ts';
import { toSendItem } from './columns.ts';
import { blockIdOf, type Mailing, type MailingModels, type PassName } from './mailing.model.ts';
import { forgetMailing, readBlock } from './takeList.ts';
import { senderKeyOf, type Tallies } from './tallies.ts';

export interface MailingWorkerParts extends MailingModels {
  serviceMessages: Model<ServiceMessage>;
  followUps: FollowUps;
  sealing: Sealing;
  accepting: Accepting;
  tallies: Tallies;
  processId: string;
  logger: Logger;
  timing?: Partial<MailingTiming>;
}

export interface MailingTiming {
  pollMs: number;
  leaseMs: number;
  /** A block is handed over only while fewer wait: a message's time runs from then (N19). */
  queuedAhead: number;
}

const usualTiming: MailingTiming = { pollMs: 500, leaseMs: 60_000, queuedAhead: 1_000 };
const WORKED_ON = ['checking', 'scheduled', 'running', 'cancelling'] as const;
const MAILINGS_AT_ONCE = 20;
const CUT_OFF_AFTER_MS = 3600_000;

export interface MailingWorker {
  /** One step of each mailing that has something to do; true when there may be more at once. */
  step(now?: Date): Promise<boolean>;
}

export function createMailingWorker(parts: MailingWorkerParts): MailingWorker {
  const { mailings, tallies, accepting } = parts;
  const timing = { ...usualTiming, ...parts.timing };

  async function lease({ _id }: Mailing): Promise<Mailing | null> {
    const now = new Date();
    return mailings
      .findOneAndUpdate(
        {
          _id,
          state: { $in: [...WORKED_ON] },
          $or: [{ lease: null }, { 'lease.owner': parts.processId }, { 'lease.until': { $lte: now } }],
        },
        {
          $set: { lease: { owner: parts.processId, until: new Date(now.getTime() + timing.leaseMs) } },
        },
        { returnDocument: 'after' },
      )
      .lean<Mailing>();
  }

  async function stepOf(mailing: Mailing, now: Date): Promise<boolean> {
    const { _id, state } = mailing;
    switch (state) {
      case 'checking':
        if (mailing.checked.nextBlock < mailing.blocks) return runBlock(mailing, 'checked');
        return moveOn(mailing, 'ready');
      case 'scheduled':
        return mailing.startAt !== null && mailing.startAt <= now && moveOn(mailing, 'running');
      case 'running': {
        const queued = await countQueued(mailing);
        if (mailing.taken.nextBlock < mailing.blocks)
          return queued < timing.queuedAhead && runBlock(mailing, 'taken');
        return queued <= 0 && moveOn(mailing, 'done');
      }
      case 'cancelling':
        if ((await cancelQueued(parts, senderKeyOf(_id))) > 0) return true;
        return moveOn(mailing, 'cancelled');
      default:
        return false;
    }
  }

  async function countQueued({ _id, taken }: Mailing): Promise<number> {
    if (taken.fit === 0) return 0;
    const left = Object.values(await tallies.count(_id)).reduce((sum, count) => sum + count, 0);
    return taken.fit - left;
  }

  async function moveOn({ _id, state }: Mailing, next: Mailing['state']): Promise<boolean> {
    const { modifiedCount } = await mailings.updateOne(
      { _id, state },
      { $set: { state: next, lease: null } },
    );
    return modifiedCount > 0 && (next === 'running' || next === 'ready');
  }

  async function runBlock(mailing: Mailing, pass: PassName): Promise<boolean> {
    const { _id, companyId, columns } = mailing;
    const { nextBlock: block } = mailing[pass];
    if (!columns) throw new Error(`Mailing ${_id} has no columns`);
    const rows = await readBlock(parts, _id, block);
    const items = rows.map(({ row, cells }) => toSendItem(columns, row, cells));
    const sender: Sender = { companyId, senderKey: senderKeyOf(_id), statusUrl: null };
    const refusals: (V1Refusal | null)[] =
      pass === 'checked'
        ? await accepting.judge(sender, items)
        : (await accepting.accept(sender, items)).map((outcome) =>
            outcome.kind === 'refused' ? outcome.refusal : null,
          );
    const refused = refusals.flatMap((refusal, at) => (refusal ? [{ row: rows[at]!.row, ...refusal }] : []));

    const refusalsId = `${blockIdOf(_id, block)}:${pass}`;
    await parts.mailingRefusals.replaceOne(
      { _id: refusalsId },
      { mailingId: _id, pass, block, refused } as never,
      { upsert: true },
    );
    const sums: Record<string, number> = {
      [`${pass}.nextBlock`]: 1,
      [`${pass}.rows`]: rows.length,
      [`${pass}.fit`]: rows.length - refused.length,
    };
    for (const { code } of refused) {
      const at = `${pass}.refused.${code}`;
      sums[at] = (sums[at] ?? 0) + 1;
    }
    // Whatever the state is by now: what was handed over is counted.
    await mailings.collection.updateOne(
      { _id, [`${pass}.nextBlock`]: block, columns: columns as never },
      { $inc: sums },
    );
    return true;
  }

  return {
    async step(now = new Date()) {
      const found = await mailings
        .find({ state: { $in: [...WORKED_ON] } })
        .sort({ createdAt: 1 })
        .limit(MAILINGS_AT_ONCE)
        .lean<Mailing[]>();
      let hasMore = false;
      for (const each of found) {
        const held = await lease(each);
        if (held && (await stepOf(held, now))) hasMore = true;
      }
      return hasMore;
    },
  };
}

/** Works until it is stopped; a step that failed is tried again at the next look. */
export function startMailingWorker(parts: MailingWorkerParts): { stop(): Promise<void> } {
  const worker = createMailingWorker(parts);
  const { pollMs } = { ...usualTiming, ...parts.timing };
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      while (!isStopped && (await worker.step()));
    } catch (error) {
      parts.logger.warn({ err: error }, 'a mailing waits; it is tried again');
    }
    if (!isStopped)
      timer = setTimeout(() => {
        working = look();
      }, pollMs);
  }
  working = forgetCutOff(parts)
    .catch((error: unknown) => parts.logger.warn({ err: error }, 'lists that were cut off stay'))
    .then(look);
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await working;
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
