/**
 * Erases clients. An erasure is a document: requested once, then run step by step by any process that finds it due.
 * Every step is safe to repeat, so after a crash another process runs the erasure again from its start.
 */
import { type Model, Types } from 'mongoose';
import type { ErasureReason } from '../../shared/schemas/personalData.ts';
import type { Register } from '../accessRegister/register.ts';
import type { Actor } from '../audit/actor.ts';
import type { AuditLine } from '../audit/audit.ts';
import type { CampaignModels } from '../campaigns/campaign.model.ts';
import { eraseRowsOfPhone } from '../campaigns/eraseRows.ts';
import type { Client } from '../clients/client.model.ts';
import type { PhoneReport } from '../clients/phoneReport.model.ts';
import { type BlockListDeps, forgetBlockedPhone } from '../companies/blockList.ts';
import type { Logger } from '../observability/logger.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { isolated } from '../storage/isolate.ts';
import { currentTime, currentTimeMs } from '../work/clock.ts';
import { dueLease, keepRenewing } from '../work/lease.ts';
import {
  type EraseClientRowDeps,
  eraseClientRow,
  forgetRefusedPhone,
  phoneOfErasure,
} from './eraseClientRow.ts';
import { type EraseQuotaDeps, eraseQuota } from './eraseQuota.ts';
import {
  type EraseServiceMessagesDeps,
  eraseServiceMessagesById,
  eraseServiceMessagesOf,
} from './eraseServiceMessages.ts';
import { type EraseThreadsDeps, eraseThreads } from './eraseThreads.ts';
import type { Erasure } from './erasure.model.ts';

export interface ErasingDeps
  extends EraseClientRowDeps,
    EraseQuotaDeps,
    EraseServiceMessagesDeps,
    Omit<EraseThreadsDeps, 'eraseServiceMessages'>,
    Pick<CampaignModels, 'campaigns' | 'campaignRows'> {
  blockedPhones: BlockListDeps['blockedPhones'];
  auditLines: Model<AuditLine>;
  phoneReports: Model<PhoneReport>;
  register: Register;
  /** Deletes files that hold something of the client, and begins those anew that are being made. Safe to repeat. */
  forgetInTranscripts(clientId: Types.ObjectId): Promise<void>;
  /** Empties comments of reviews of the client's conversations. Safe to repeat. */
  forgetInReviews(clientId: Types.ObjectId): Promise<void>;
  /** Deletes relay packets written before this moment; every process has read them. */
  forgetRelayed(before: Date): Promise<void>;
  logger: Logger;
  timing?: Partial<ErasingTiming>;
}

export interface ErasingTiming {
  /** After this time another process may assume that the one at work crashed. */
  leaseMs: number;
  /** Time from the first complete run to the second, which erases what was in progress during the first. */
  lateWritesMs: number;
}

const usualTiming: ErasingTiming = { leaseMs: 10 * 60_000, lateWritesMs: 90_000 };
/** Each run has its own id: a run that lost its lease writes no state. */
const lease = dueLease({ dueAt: 'dueAt', owner: 'runId' });
/** Wait before the next try at messages that could not be erased yet. */
const REMAINING_MS = 60_000;
/** Rows of a list that cannot be opened may hold the phone: the erasure is not done before they can, or are gone. */
const UNREADABLE_MS = 3600_000;
/** Wait for an unfinished merge of clients. */
const MERGE_MS = 10_000;
/** Longer than any process takes to read a relay packet. */
const RELAY_READ_MS = 20_000;

export type AskedErasure =
  | { kind: 'asked'; erasure: Erasure }
  | { kind: 'clientNotFound' }
  | { kind: 'nameDiffers' };

export interface Erasing {
  /**
   * Stores the request and its register line before it resolves; the work follows. A repeat gives the same erasure.
   */
  ask(
    clientId: string,
    request: { name: string; reason: ErasureReason; reference: string },
    by: Actor,
  ): Promise<AskedErasure>;
  list(): Promise<Erasure[]>;
  /** Runs the erasures that are due; returns how many. */
  work(now?: Date): Promise<number>;
}

const LISTED = 50;

export function createErasing(deps: ErasingDeps): Erasing {
  const { companyId, clients, erasures, register } = deps;
  const timing = { ...usualTiming, ...deps.timing };

  async function workOn(claimed: Erasure, runId: Types.ObjectId, now: Date): Promise<void> {
    await writeRegister(claimed);
    const erasure = await eraseClientRow(deps, claimed, now);
    const { _id } = claimed;
    const own = { _id, ...lease.heldBy(runId) };
    if (!erasure) {
      const { filter, set } = lease.release(runId, new Date(now.getTime() + MERGE_MS));
      await erasures.updateOne({ _id, ...filter }, { $set: set });
      return;
    }
    const { clientId, phoneIndex } = erasure;
    await eraseThreads(
      { ...deps, eraseServiceMessages: (ids) => eraseServiceMessagesById(deps, ids) },
      erasure,
      now,
    );
    await deps.forgetInTranscripts(clientId);
    await deps.forgetInReviews(clientId);
    const until = erasure.emptiedAt ?? now;
    const remaining = phoneIndex === undefined ? 0 : await eraseServiceMessagesOf(deps, phoneIndex, until);
    const phone = phoneOfErasure(deps.sealing, erasure);
    let unreadable = 0;
    if (phone !== null)
      unreadable = await eraseRowsOfPhone(deps, phone, {
        after: erasure.mailingRowsUpTo,
        until,
        reached: async (campaignRowsUpTo) => {
          await erasures.updateOne(own, { $set: { mailingRowsUpTo: campaignRowsUpTo } });
        },
      });
    // Only on the first run: later blocks and refusals of the phone concern its next owner.
    if (phoneIndex !== undefined && erasure.emptiedAt === null) {
      await forgetBlockedPhone(deps, phoneIndex);
      await forgetRefusedPhone(deps, erasure);
    }
    await deps.auditLines.updateMany(
      { companyId, 'subject.id': clientId.toHexString() },
      { $set: { 'subject.name': '' } },
    );
    await deps.forgetRelayed(new Date(now.getTime() - RELAY_READ_MS));
    if (phoneIndex !== undefined)
      await deps.phoneReports.deleteMany({ companyId, phoneIndex, at: { $lte: until } });
    const quotaEnds = phoneIndex === undefined ? null : await eraseQuota(deps, phoneIndex, { until, now });

    const lateWritesEndAt = new Date(until.getTime() + timing.lateWritesMs);
    const waits = [
      ...(remaining > 0 ? [new Date(now.getTime() + REMAINING_MS)] : []),
      ...(unreadable > 0 ? [new Date(now.getTime() + UNREADABLE_MS)] : []),
      ...(lateWritesEndAt > now ? [lateWritesEndAt] : []),
      ...(quotaEnds ? [quotaEnds] : []),
    ];
    if (waits.length > 0) {
      const next = new Date(Math.min(...waits.map((each) => each.getTime())));
      await erasures.updateOne(own, {
        $set: { state: 'waiting', emptiedAt: until, ...lease.release(runId, next).set },
        $unset: { mailingRowsUpTo: 1 },
      });
      return;
    }
    await erasures.updateOne(own, {
      $set: { state: 'done', emptiedAt: until, finishedAt: now },
      $unset: { dueAt: 1, runId: 1, phoneSealed: 1, phoneIndex: 1, mailingRowsUpTo: 1 },
    });
  }

  async function keepingLease(
    { _id }: Erasure,
    runId: Types.ObjectId,
    work: () => Promise<void>,
  ): Promise<void> {
    const renewing = keepRenewing({
      everyMs: timing.leaseMs / 3,
      async renew() {
        const { filter, set } = lease.renew(runId, timing.leaseMs);
        const { matchedCount } = await erasures.updateOne({ _id, ...filter }, { $set: set });
        return matchedCount === 1;
      },
      logFailure: (error) => deps.logger.warn({ err: error }, 'the lease of an erasure was not renewed'),
    });
    try {
      await work();
    } finally {
      await renewing.stop();
    }
  }

  function writeRegister({ clientId, reason, reference, requestedAt, requestedBy }: Erasure): Promise<void> {
    return register.write({
      key: clientId.toHexString(),
      action: 'erased',
      person: requestedBy,
      clientId,
      details: { reason, ...(reference === '' ? {} : { reference }) },
      at: requestedAt,
    });
  }

  return {
    async ask(clientId, { name, reason, reference }, by) {
      const known = await erasures.findOne({ companyId, clientId }).lean<Erasure>();
      if (known) {
        await writeRegister(known);
        return { kind: 'asked', erasure: known };
      }
      const client = await clients.findOne({ _id: clientId, companyId }).lean<Client>();
      if (!client) return { kind: 'clientNotFound' };
      if (normalName(client.name) !== normalName(name)) return { kind: 'nameDiffers' };
      const now = currentTime();
      let erasure: Erasure;
      try {
        const made = await erasures.create({
          companyId,
          clientId: client._id,
          state: 'running',
          reason,
          reference,
          requestedAt: now,
          requestedBy: { id: by.id, name: by.name },
          dueAt: now,
        });
        erasure = made.toObject();
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        erasure = await erasures.findOne({ companyId, clientId }).orFail().lean<Erasure>();
      }
      await writeRegister(erasure);
      return { kind: 'asked', erasure };
    },
    list: () => erasures.find({ companyId }).sort({ requestedAt: -1 }).limit(LISTED).lean<Erasure[]>().exec(),
    async work(now = currentTime()) {
      let done = 0;
      const seen = new Set<string>();
      for (;;) {
        const runId = new Types.ObjectId();
        const { set } = lease.claim(
          runId,
          timing.leaseMs,
          new Date(Math.max(currentTimeMs(), now.getTime())),
        );
        const erasure = await erasures
          .findOneAndUpdate(
            { dueAt: { $lte: now } },
            { $set: set },
            { sort: { dueAt: 1 }, returnDocument: 'after' },
          )
          .lean<Erasure>();
        // An erasure that is due again within one call waits for the next call.
        if (!erasure || seen.has(erasure._id.toHexString())) return done;
        seen.add(erasure._id.toHexString());
        // A failed one is due again after its lease, and does not stop the others.
        const isDone = await isolated(
          () => keepingLease(erasure, runId, () => workOn(erasure, runId, now)),
          (err) => deps.logger.error({ err, erasureId: erasure._id }, 'an erasure failed; it is tried again'),
        );
        if (isDone) done += 1;
      }
    },
  };
}

/** Ignores case and extra spaces. */
const normalName = (name: string) =>
  name.normalize('NFC').trim().replace(/\s+/gu, ' ').toLocaleLowerCase('ru');
