/** Runs the sweeps by the set periods, in one process at a time, with a bounded number of steps per round. */

import { upserting } from '../storage/upserting.ts';
import { currentTime } from '../work/clock.ts';
import { leaseEnd, leaseRanOut } from '../work/lease.ts';
import type { Retention } from './retention.model.ts';
import { usualPeriods } from './retention.ts';
import {
  daysBefore,
  type SweepDeps,
  sweepCampaigns,
  sweepMessages,
  sweepRegister,
  sweepServiceMessages,
} from './sweeps.ts';

const LEASE_MS = 5 * 60_000;
/** Steps of each kind per round; a short period on an old store takes many rounds. */
const STEPS_MAX = 20;
const DAY_MS = 86_400_000;

/** False when another process holds the lease. */
export async function sweepOnce(deps: SweepDeps, now = currentTime()): Promise<boolean> {
  const { retention, companyId } = deps;
  await upserting(() =>
    retention.updateOne({ _id: companyId }, { $setOnInsert: { revision: 0 } }, { upsert: true }),
  );
  const held = await retention
    .findOneAndUpdate(
      { _id: companyId, ...leaseRanOut('leaseUntil', now) },
      { $set: { leaseUntil: leaseEnd(LEASE_MS, now) } },
      { returnDocument: 'after' },
    )
    .lean<Retention>();
  if (!held) return false;
  const {
    messages,
    serviceMessages,
    mailingRows: campaignRows,
    register,
    unusedUploads,
  } = held.periods ?? usualPeriods;
  const steps: (() => Promise<boolean>)[] = [];
  if (messages !== null) steps.push(() => sweepMessages(deps, daysBefore(now, messages), now));
  if (serviceMessages !== null)
    steps.push(() => sweepServiceMessages(deps, daysBefore(now, serviceMessages)));
  if (campaignRows !== null) steps.push(() => sweepCampaigns(deps, daysBefore(now, campaignRows)));
  steps.push(
    () => sweepRegister(deps, daysBefore(now, register)),
    async () => (await deps.uploads.sweep(now, unusedUploads * DAY_MS)) >= 100,
    () => deps.sweepImages(now, unusedUploads * DAY_MS),
    () => deps.sweepPieces(now),
  );
  for (const step of steps) for (let count = 0; count < STEPS_MAX && (await step()); count += 1);
  await retention.updateOne({ _id: companyId }, { $set: { sweptAt: now }, $unset: { leaseUntil: 1 } });
  return true;
}
