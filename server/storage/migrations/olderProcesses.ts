/**
 * Processes of an older version must not run while a migration changes the data. Each running desk writes a document
 * to `keyHolders` every 20 s and removes it when it ends. This process has none yet, so a fresh one is an older
 * process's.
 */

import type { Db } from 'mongodb';
import type { Logger } from '../../observability/logger.ts';
import { currentTimeMs } from '../../work/clock.ts';
import { SchemaRefusedError } from './schemaRefusedError.ts';

export interface OlderProcessTimes {
  /** A process that wrote no document for this long has ended or crashed. */
  silentMs: number;
  /** How long to wait for older processes; longer than `silentMs`, so that a crash alone never refuses a start. */
  waitForOlderMs: number;
  lookEveryMs: number;
}

const LOG_EVERY_MS = 10_000;

/** @throws SchemaRefusedError when older processes still run at the end of the wait. */
export async function waitForOlderProcesses(
  db: Db,
  {
    silentMs,
    waitForOlderMs,
    lookEveryMs,
    logger,
    assertLeaseHeld,
  }: OlderProcessTimes & { logger: Logger; assertLeaseHeld(): void },
): Promise<void> {
  const deadlineMs = currentTimeMs() + waitForOlderMs;
  let loggedAtMs = 0;
  for (;;) {
    assertLeaseHeld();
    const count = await db
      .collection('keyHolders')
      .countDocuments({ at: { $gt: new Date(currentTimeMs() - silentMs) } });
    if (count === 0) return;
    if (currentTimeMs() >= deadlineMs)
      throw new SchemaRefusedError(
        `The database needs a migration, but processes of an older version still use it (seen within the last ` +
          `${Math.round(silentMs / 1000)} seconds: ${count}): stop them, then start this version again.`,
      );
    if (currentTimeMs() - loggedAtMs >= LOG_EVERY_MS) {
      loggedAtMs = currentTimeMs();
      logger.warn({ processes: count }, 'the migration waits until processes of an older version have ended');
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
