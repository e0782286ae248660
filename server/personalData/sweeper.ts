/** Runs the sweeps by the set periods, in one process at a time, with a bounded number of steps per round. */
import { Types } from 'mongoose';
import { sweepReviewComments } from '../quality/forgetComments.ts';
import { isolated } from '../storage/isolate.ts';
import { upserting } from '../storage/upserting.ts';
import { currentTime } from '../work/clock.ts';
import { keepRenewing, leaseBeside } from '../work/lease.ts';
import type { Retention } from './retention.model.ts';
import { usualPeriods } from './retention.ts';
import {
  daysBefore,
  type SweepDeps,
  sweepCampaigns,
  sweepFailedMessages,
  sweepMessages,
  sweepRegister,
  sweepServiceMessages,
} from './sweeps.ts';

const LEASE_MS = 5 * 60_000;
/** Each sweep has its own id. */
const lease = leaseBeside({ leaseUntil: 'leaseUntil', owner: 'sweptBy' });
/** Steps of each kind per round; a short period on an old store takes many rounds. */
const STEPS_MAX = 20;
const DAY_MS = 86_400_000;

/** False when another process holds the lease. */
export async function sweepOnce(deps: SweepDeps, now = currentTime(), leaseMs = LEASE_MS): Promise<boolean> {
  const { retention, companyId } = deps;
  await upserting(() =>
    retention.updateOne({ _id: companyId }, { $setOnInsert: { revision: 0 } }, { upsert: true }),
  );
  const sweepId = new Types.ObjectId();
  const claim = lease.claim(sweepId, leaseMs, now);
  const held = await retention
    .findOneAndUpdate({ _id: companyId, ...claim.filter }, { $set: claim.set }, { returnDocument: 'after' })
    .lean<Retention>();
  if (!held) return false;
  let isOurs = true;
  const renewing = keepRenewing({
    everyMs: leaseMs / 3,
    async renew() {
      const { filter, set } = lease.renew(sweepId, leaseMs);
      const { matchedCount } = await retention.updateOne({ _id: companyId, ...filter }, { $set: set });
      return matchedCount === 1;
    },
    lost() {
      isOurs = false;
    },
    // The steps are safe to repeat, so a lease that could not be renewed does not end them.
    logFailure: () => undefined,
  });
  try {
    // A kind of data that cannot be swept does not stop the others, nor keep the lease.
    for (const step of stepsOf(deps, held, now))
      await isolated(
        async () => {
          for (let count = 0; count < STEPS_MAX && isOurs && (await step()); count += 1);
        },
        (err) => deps.logger.error({ err }, 'a step of the retention sweep failed; it is tried again'),
      );
  } finally {
    await renewing.stop();
  }
  const release = lease.release(sweepId);
  await retention.updateOne(
    { _id: companyId, ...release.filter },
    { $set: { ...release.set, sweptAt: now } },
  );
  return true;
}

function stepsOf(deps: SweepDeps, held: Retention, now: Date): (() => Promise<boolean>)[] {
  const {
    messages,
    serviceMessages,
    mailingRows: campaignRows,
    register,
    unusedUploads,
  } = held.periods ?? usualPeriods;
  const steps: (() => Promise<boolean>)[] = [];
  if (messages !== null)
    steps.push(
      () => sweepFailedMessages(deps, now),
      () => sweepMessages(deps, daysBefore(now, messages), now),
      () => sweepReviewComments(deps.reviews, daysBefore(now, messages)),
    );
  if (serviceMessages !== null)
    steps.push(() => sweepServiceMessages(deps, daysBefore(now, serviceMessages)));
  if (campaignRows !== null) steps.push(() => sweepCampaigns(deps, daysBefore(now, campaignRows)));
  steps.push(
    () => sweepRegister(deps, daysBefore(now, register)),
    async () => (await deps.uploads.sweep(now, unusedUploads * DAY_MS)) >= 100,
    () => deps.sweepImages(now, unusedUploads * DAY_MS),
    () => deps.sweepPieces(now),
  );
  return steps;
}
