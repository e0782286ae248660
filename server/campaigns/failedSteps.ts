/**
 * Counts the failed steps of one campaign, so that it does not stop the others. After a few it is `failed` with a reason
 * and gives up its lease; a person resumes or cancels it.
 */
import type { CampaignFailureCode, CampaignState } from '../../shared/schemas/campaign.ts';
import { classifyStoreError } from '../storage/classifyStoreError.ts';
import { backoffMs } from '../work/backoff.ts';
import { currentTime } from '../work/clock.ts';
import { leaseIn } from '../work/lease.ts';
import type { Campaign, CampaignModels } from './campaign.model.ts';
import { UnreadableRowsError } from './importList.ts';

const STEPS_MAX = 5;
const lease = leaseIn('lease');

/** Matches campaigns that need not wait after a failed step. */
export const mayStep = (now: Date) => ({ 'stepFailures.retryAt': { $not: { $gt: now } } });

export interface FailedStepDeps extends Pick<CampaignModels, 'campaigns'> {
  processId: string;
  /** The waits between failed steps; tests wait less. */
  firstRetryMs: number;
}

/** @returns whether the campaign is `failed` now. Rejects with the error itself when the store is away. */
export async function recordFailedStep(
  { campaigns, processId, firstRetryMs }: FailedStepDeps,
  { _id, state, stepFailures }: Campaign,
  error: unknown,
): Promise<boolean> {
  if (classifyStoreError(error) === 'away') throw error;
  const count = (stepFailures?.count ?? 0) + 1;
  const now = currentTime();
  const isOver = count >= STEPS_MAX;
  const waitMs = backoffMs({ firstMs: firstRetryMs, mostMs: 60_000, jitter: 'equal', failures: count });
  const update = isOver
    ? {
        $set: {
          state: 'failed' as const,
          failure: { code: codeOf(error), from: state as CampaignState, at: now },
          lease: null,
        },
        $unset: { stepFailures: '' },
      }
    : { $set: { stepFailures: { count, retryAt: new Date(now.getTime() + waitMs) } } };
  const { modifiedCount } = await campaigns.updateOne(
    { _id, state, ...lease.heldBy(processId) },
    update as never,
  );
  return isOver && modifiedCount > 0;
}

export async function forgetFailedSteps(
  { campaigns }: Pick<CampaignModels, 'campaigns'>,
  { _id, stepFailures }: Campaign,
): Promise<void> {
  if (stepFailures) await campaigns.updateOne({ _id }, { $unset: { stepFailures: '' } });
}

function codeOf(error: unknown): CampaignFailureCode {
  return error instanceof UnreadableRowsError ? 'rowsUnreadable' : 'stepFailed';
}
