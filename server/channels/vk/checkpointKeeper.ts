/**
 * Writes the newest durable `ts` to the database, one write at a time and then a rest: of what comes meanwhile only the
 * newest is kept. A checkpoint that lags is safe, since what comes again is stored once.
 */
import type { Model, Types } from 'mongoose';
import { advanceCheckpoint, type CheckpointStep } from '../../communities/checkpoint.ts';
import type { Community } from '../../communities/community.model.ts';
import { backoffMs, pause } from '../../work/backoff.ts';
import { takeBackoff } from './ingestBatch.ts';

export interface CheckpointKeeper {
  /** When everything up to the newest `ts` was last known to be stored. */
  readonly newest: CheckpointStep | null;
  keep(move: CheckpointStep): void;
  /** Resolves when nothing is left to write. */
  settled(): Promise<void>;
}

/** Each event would otherwise cost a second write, which the next event waits for. */
const REST_MS = 200;
/** An empty poll is worth a write only this often. */
const QUIET_WRITE_EVERY_MS = 20_000;

export function createCheckpointKeeper(
  communities: Model<Community>,
  id: Types.ObjectId,
  owner: string,
  events: { leaseLost(): void; failed(error: unknown): void },
  signal: AbortSignal,
): CheckpointKeeper {
  let newest: CheckpointStep | null = null;
  let isOwed = false;
  let writing: Promise<void> | null = null;
  let written: CheckpointStep | null = null;

  async function write(): Promise<void> {
    for (let failures = 0; isOwed && newest !== null; ) {
      const move: CheckpointStep = newest;
      isOwed = false;
      try {
        if (!(await advanceCheckpoint(communities, id, owner, move))) {
          events.leaseLost();
          break;
        }
        written = move;
        failures = 0;
        await pause(REST_MS, signal);
      } catch (error) {
        events.failed(error);
        isOwed = true;
        if (signal.aborted) break;
        failures += 1;
        await pause(backoffMs({ ...takeBackoff, failures }), signal);
      }
    }
    // In the same turn as the last look at `isOwed`: a move that is kept from now on starts a writing of its own.
    writing = null;
  }

  return {
    get newest() {
      return newest;
    },
    keep(move) {
      newest = { ...move, lastEventAt: move.lastEventAt ?? newest?.lastEventAt };
      const isQuiet =
        written?.ts === move.ts && move.at.getTime() - written.at.getTime() < QUIET_WRITE_EVERY_MS;
      if (isQuiet) return;
      isOwed = true;
      writing ??= write();
    },
    async settled() {
      while (writing) await writing;
    },
  };
}
