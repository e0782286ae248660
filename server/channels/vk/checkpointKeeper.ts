/**
 * Writes the newest durable `ts` to the database, one write at a time with a pause after each. Of the steps that come
 * meanwhile, only the newest is written. A checkpoint may lag: repeated events are stored once.
 */
import type { Model, Types } from 'mongoose';
import { advanceCheckpoint, type CheckpointStep } from '../../communities/checkpoint.ts';
import type { Community } from '../../communities/community.model.ts';
import { backoffMs, pause } from '../../work/backoff.ts';
import { ingestBackoff } from './ingestBatch.ts';

export interface CheckpointKeeper {
  /** The newest durable `ts`, and when everything up to it was known to be stored. */
  readonly newest: CheckpointStep | null;
  keep(step: CheckpointStep): void;
  /** Resolves when nothing is left to write. */
  drained(): Promise<void>;
}

/** Limits the writes; otherwise every event would cost a second write and delay the next event. */
const REST_MS = 200;
/** How often polls without events are written. */
const QUIET_WRITE_EVERY_MS = 20_000;

export function createCheckpointKeeper(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
  events: { leaseLost(): void; failed(error: unknown): void },
  signal: AbortSignal,
): CheckpointKeeper {
  let newest: CheckpointStep | null = null;
  let isPending = false;
  let writing: Promise<void> | null = null;
  let written: CheckpointStep | null = null;

  async function write(): Promise<void> {
    for (let failures = 0; isPending && newest !== null; ) {
      const step: CheckpointStep = newest;
      isPending = false;
      try {
        if (!(await advanceCheckpoint(communities, id, owner, step))) {
          events.leaseLost();
          break;
        }
        written = step;
        failures = 0;
        await pause(REST_MS, signal);
      } catch (error) {
        events.failed(error);
        isPending = true;
        if (signal.aborted) break;
        failures += 1;
        await pause(backoffMs({ ...ingestBackoff, failures }), signal);
      }
    }
    // No `await` since the last check of `isPending`, so a step kept from here on starts a new write.
    writing = null;
  }

  return {
    get newest() {
      return newest;
    },
    keep(step) {
      newest = { ...step, lastEventAt: step.lastEventAt ?? newest?.lastEventAt };
      const isQuiet =
        written?.ts === step.ts && step.at.getTime() - written.at.getTime() < QUIET_WRITE_EVERY_MS;
      if (isQuiet) return;
      isPending = true;
      writing ??= write();
    },
    async drained() {
      while (writing) await writing;
    },
  };
}
