/** The interface of one migration and of its runner. */
import type { Db } from 'mongodb';

/**
 * One step of the stored data from a schema version to the next. It names collections and fields as plain strings and
 * imports no model, so that it does the same after the models have changed.
 */
export interface Migration {
  /** One line for the log: what changes. */
  name: string;
  /**
   * Must be safe to repeat from the start after a kill at any point. Each write must also be harmless after the
   * migration is done: a process that hung may send its last write late.
   */
  run(context: MigrationContext): Promise<void>;
}

export interface MigrationContext {
  db: Db;
  /** Call it before each batch. @throws LeaseLostError when another process may be migrating by now. */
  assertLeaseHeld(): void;
  /** How many documents are done so far; the runner logs it now and then. */
  reportProgress(documents: number): void;
}
