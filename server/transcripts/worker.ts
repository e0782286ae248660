/**
 * Makes the transcripts that are due, one at a time in each process, under a lease. When a process dies, another one
 * claims the job after the lease and begins its file anew: half a file is of no use to anybody.
 */
import { Types } from 'mongoose';
import type { TranscriptReason } from '../../shared/schemas/transcript.ts';
import type { Logger } from '../observability/logger.ts';
import { backoffMs } from '../work/backoff.ts';
import { currentTime, currentTimeMs } from '../work/clock.ts';
import { type DueLoop, startDueLoop } from '../work/dueLoop.ts';
import { dueLease, keepRenewing } from '../work/lease.ts';
import { LostError, type MakeDeps, makeTranscript } from './makeTranscript.ts';
import { StoppedError } from './readTranscript.ts';
import { removeJob } from './requests.ts';
import type { Transcript } from './transcript.model.ts';
import { expiryAt, isOver } from './transcriptTimes.ts';

export interface TranscriptTiming {
  pollMs: number;
  /** How long a job waits after its process dies. */
  leaseMs: number;
  /** The wait after the first failure; it doubles with each. */
  firstRetryMs: number;
}

export interface WorkerDeps extends MakeDeps {
  logger: Logger;
  timing?: Partial<TranscriptTiming>;
  /** Writes how it ended to the audit and the register; safe to repeat. */
  recordEnd(job: Transcript): Promise<void>;
}

const usualTiming: TranscriptTiming = { pollMs: 2_000, leaseMs: 15_000, firstRetryMs: 2_000 };
const FAILURES_MOST = 3;
const SWEPT_AT_ONCE = 50;
const lease = dueLease({ dueAt: 'dueAt', owner: 'runId' });

export function startTranscriptWorker(deps: WorkerDeps): DueLoop {
  const { pollMs } = { ...usualTiming, ...deps.timing };
  return startDueLoop({
    look: async (stopping) => {
      await sweepTranscripts(deps, currentTime());
      return (await workOnNext(deps, stopping)) && !stopping.aborted ? 'again' : undefined;
    },
    pollMs,
    logFailure: (error) => deps.logger.warn({ err: error }, 'work on transcripts failed; it runs again'),
  });
}

/** False when no job is due. */
export async function workOnNext(deps: WorkerDeps, stopping: AbortSignal): Promise<boolean> {
  const { transcripts } = deps;
  const { leaseMs } = { ...usualTiming, ...deps.timing };
  const runId = new Types.ObjectId();
  const claim = lease.claim(runId, leaseMs);
  const job = await transcripts
    .findOneAndUpdate(
      claim.filter,
      // From here on only what this run reads counts, so an earlier erasure is over.
      { $set: { ...claim.set, state: 'running', messages: 0 }, $unset: { isVoid: 1 } },
      { sort: { dueAt: 1 }, returnDocument: 'after' },
    )
    .lean<Transcript>();
  if (!job) return false;
  const ending = new AbortController();
  const stop = () => ending.abort(new LostError('The process stops'));
  stopping.addEventListener('abort', stop, { once: true });
  const renewing = keepRenewing({
    everyMs: leaseMs / 3,
    async renew() {
      const { filter, set } = lease.renew(runId, leaseMs);
      return (await transcripts.updateOne({ _id: job._id, ...filter }, { $set: set })).matchedCount === 1;
    },
    lost: () => ending.abort(new LostError('Another process has the job')),
    logFailure: (error) => deps.logger.warn({ err: error }, 'the lease of a transcript was not renewed'),
  });
  try {
    const made = await makeTranscript(deps, job, { runId, stopping: ending.signal });
    if (made === 'done') await ended(deps, job);
    else await release(deps, job, runId, currentTime());
  } catch (error) {
    await fail(deps, job, runId, error);
  } finally {
    stopping.removeEventListener('abort', stop);
    await renewing.stop();
  }
  return true;
}

async function fail(deps: WorkerDeps, job: Transcript, runId: Types.ObjectId, error: unknown): Promise<void> {
  if (error instanceof LostError) return release(deps, job, runId, currentTime());
  if (error instanceof StoppedError) return end(deps, job, runId, 'stopped', error.reason);
  deps.logger.warn({ err: error, transcriptId: job._id, failures: job.failures + 1 }, 'a transcript failed');
  if (isTimeout(error)) return end(deps, job, runId, 'failed', 'tooLarge');
  const failures = job.failures + 1;
  if (failures >= FAILURES_MOST) return end(deps, job, runId, 'failed', 'storeFailed');
  const { firstRetryMs } = { ...usualTiming, ...deps.timing };
  const waitMs = backoffMs({ firstMs: firstRetryMs, mostMs: 60_000, jitter: 'equal', failures });
  await deps.transcripts.updateOne({ _id: job._id, runId }, { $set: { failures } });
  await release(deps, job, runId, new Date(currentTimeMs() + waitMs));
}

const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError';

async function release(
  { transcripts }: WorkerDeps,
  { _id }: Transcript,
  runId: Types.ObjectId,
  dueAt: Date,
): Promise<void> {
  const { filter, set } = lease.release(runId, dueAt);
  await transcripts.updateOne({ _id, ...filter }, { $set: { ...set, state: 'queued', messages: 0 } });
}

async function end(
  deps: WorkerDeps,
  job: Transcript,
  runId: Types.ObjectId,
  state: 'failed' | 'stopped',
  reason: TranscriptReason,
): Promise<void> {
  const now = currentTime();
  const { matchedCount } = await deps.transcripts.updateOne(
    { _id: job._id, runId },
    { $set: { state, reason, finishedAt: now, expiresAt: expiryAt(now) }, $unset: isOver },
  );
  if (matchedCount === 1) await ended(deps, job);
}

async function ended({ transcripts, recordEnd }: WorkerDeps, { _id }: Transcript): Promise<void> {
  const job = await transcripts.findById(_id).lean<Transcript>();
  if (job) await recordEnd(job);
}

/** Deletes files and jobs a day after their end. */
export async function sweepTranscripts(
  deps: Pick<WorkerDeps, 'transcripts' | 'transcriptThreads' | 'files'>,
  now: Date,
): Promise<void> {
  const expired = await deps.transcripts
    .find({ expiresAt: { $lte: now } }, { fileId: 1 })
    .sort({ expiresAt: 1 })
    .limit(SWEPT_AT_ONCE)
    .lean<Pick<Transcript, '_id' | 'fileId'>[]>();
  for (const job of expired) await removeJob(deps, job);
}
