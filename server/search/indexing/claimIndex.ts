/**
 * The indexer's lease, kept between its looks: an idle desk writes nothing but the renewals, which carry how far the
 * index is.
 */
import type { Model, Types } from 'mongoose';
import type { Logger } from '../../observability/logger.ts';
import { upserting } from '../../storage/upserting.ts';
import { keepRenewing, leaseIn } from '../../work/lease.ts';
import { type SearchState, startBuilding } from '../searchState.model.ts';

/** The lag that searches show is wrong by so much at most. */
const RENEWED_EVERY_MS = 2_000;

const lease = leaseIn('lease');

export interface HeldIndex {
  /** When the index last held every change; stored with the next renewal. */
  caughtUpAt: Date | null;
  isLost: AbortSignal;
  /** As stored now. */
  holdsLease(): Promise<boolean>;
  /** Another process may claim the index afterwards. Never rejects. */
  release(): Promise<void>;
}

export interface ClaimIndexDeps {
  companyId: Types.ObjectId;
  processId: string;
  searchStates: Model<SearchState>;
  timing: { leaseMs: number };
  logger: Logger;
}

/** Null when another process holds it, or when the index is only begun by this call. */
export async function claimIndex(deps: ClaimIndexDeps): Promise<HeldIndex | null> {
  const { companyId, processId, searchStates, timing } = deps;
  const { filter, set } = lease.claim(processId, timing.leaseMs);
  const { matchedCount } = await searchStates.updateOne({ _id: companyId, ...filter }, { $set: set });
  if (matchedCount === 1) return hold(deps);
  if (!(await searchStates.exists({ _id: companyId }))) await begin(deps);
  return null;
}

async function begin({ companyId, searchStates }: ClaimIndexDeps): Promise<void> {
  const initial = {
    lease: null,
    generation: null,
    building: startBuilding(1),
    caughtUpAt: null,
  };
  await upserting(() =>
    searchStates.updateOne({ _id: companyId }, { $setOnInsert: initial }, { upsert: true }),
  );
}

function hold({ companyId, processId, searchStates, timing, logger }: ClaimIndexDeps): HeldIndex {
  const lost = new AbortController();
  const held: HeldIndex = {
    caughtUpAt: null,
    isLost: lost.signal,
    holdsLease: async () =>
      (await searchStates.exists({ _id: companyId, ...lease.heldBy(processId) })) !== null,
    async release() {
      await renewing.stop();
      const { filter, set } = lease.release(processId);
      try {
        await searchStates.updateOne({ _id: companyId, ...filter }, { $set: set });
      } catch (err) {
        logger.warn({ err }, "the search indexer's lease was not released; it runs out by itself");
      }
    },
  };
  const renewing = keepRenewing({
    everyMs: Math.min(timing.leaseMs / 4, RENEWED_EVERY_MS),
    async renew() {
      const { filter, set } = lease.renew(processId, timing.leaseMs);
      const { caughtUpAt } = held;
      const { matchedCount } = await searchStates.updateOne(
        { _id: companyId, ...filter },
        { $set: { ...set, ...(caughtUpAt && { caughtUpAt }) } },
      );
      return matchedCount === 1;
    },
    lost: () => lost.abort(),
    logFailure: (err) => logger.warn({ err }, "the search indexer's lease was not renewed"),
  });
  return held;
}
