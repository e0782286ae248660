/**
 * Brings the stored data to the schema version of this program, before any model or index is built. One process
 * migrates under a lease, the others wait for it. A kill at any point is repaired by the next start.
 */

import type { Db } from 'mongodb';
import type { Logger } from '../../observability/logger.ts';
import { currentTimeMs } from '../../work/clock.ts';
import type { Migration } from './migration.ts';
import {
  claimMigrationLease,
  LeaseLostError,
  type MigrationLease,
  type MigrationLeaseTimes,
} from './migrationLease.ts';
import { migrations as allMigrations } from './migrations.ts';
import { type OlderProcessTimes, waitForOlderProcesses } from './olderProcesses.ts';
import { createSchemaStore, SCHEMA_COLLECTION, type SchemaStore } from './schemaDocument.ts';
import { SchemaRefusedError } from './schemaRefusedError.ts';

export interface MigrationTimes extends MigrationLeaseTimes, OlderProcessTimes {}

const usualTimes: MigrationTimes = {
  leaseMs: 30_000,
  renewEveryMs: 5_000,
  lookEveryMs: 500,
  silentMs: 70_000,
  waitForOlderMs: 90_000,
};
const LOG_EVERY_MS = 5_000;

export interface MigrateOptions {
  /** False for the embedded store in this process: no other process can use it. */
  isShared: boolean;
  logger: Logger;
  migrations?: readonly Migration[];
  times?: Partial<MigrationTimes>;
}

/**
 * Safe to repeat. An empty database gets the newest version without a migration.
 * @throws SchemaRefusedError when the database is newer than this program, or older processes still use it.
 */
export async function migrateDatabase(
  db: Db,
  { isShared, logger, migrations = allMigrations, times: given }: MigrateOptions,
): Promise<void> {
  const times = { ...usualTimes, ...given };
  const newest = migrations.length;
  const schema = createSchemaStore(db);
  if (!(await schema.read())) await schema.insert((await isEmpty(db)) ? newest : 0);

  let loggedAtMs = currentTimeMs();
  for (;;) {
    const version = await versionOf(schema);
    if (version > newest) throw tooNew(version, newest);
    if (version === newest) return;
    const lease = await claimMigrationLease(schema, { ...times, takesOver: !isShared, logger });
    if (lease) await migrateUnderLease(lease, { db, schema, isShared, logger, migrations, times });
    else {
      if (currentTimeMs() - loggedAtMs >= LOG_EVERY_MS) {
        loggedAtMs = currentTimeMs();
        logger.info({ version, newest }, 'another process migrates the database; this one waits');
      }
      await new Promise((resolve) => setTimeout(resolve, times.lookEveryMs));
    }
  }
}

interface Run {
  db: Db;
  schema: SchemaStore;
  isShared: boolean;
  logger: Logger;
  migrations: readonly Migration[];
  times: MigrationTimes;
}

/** Returns early when the lease is lost: the caller then waits for the process that holds it. */
async function migrateUnderLease(lease: MigrationLease, run: Run): Promise<void> {
  const { db, isShared, logger, times } = run;
  try {
    if (isShared)
      await waitForOlderProcesses(db, { ...times, logger, assertLeaseHeld: () => lease.assertHeld() });
    await runPending(lease, run);
  } catch (error) {
    // The other process may have caused a failure after the lease was lost, for example by dropping an index.
    const isLost = error instanceof LeaseLostError || !lease.isHeld();
    if (!isLost || error instanceof SchemaRefusedError) throw error;
    logger.warn({ err: error }, 'the migration lease was lost; another process migrates');
  } finally {
    await lease.release();
  }
}

async function runPending(lease: MigrationLease, { db, schema, logger, migrations }: Run): Promise<void> {
  // Read again: another process may have migrated just before this one acquired the lease.
  const from = await versionOf(schema);
  for (const [at, migration] of migrations.entries()) {
    const version = at + 1;
    if (version <= from) continue;
    const { name } = migration;
    const startedAtMs = currentTimeMs();
    let loggedAtMs = startedAtMs;
    let documents = 0;
    lease.assertHeld();
    logger.info({ version, name }, 'migrating the database');
    await migration.run({
      db,
      assertLeaseHeld: () => lease.assertHeld(),
      reportProgress(done) {
        documents = done;
        if (currentTimeMs() - loggedAtMs < LOG_EVERY_MS) return;
        loggedAtMs = currentTimeMs();
        logger.info({ version, documents }, 'still migrating the database');
      },
    });
    if (!(await schema.advance(lease.owner, version)))
      throw new LeaseLostError('another process migrates the database');
    logger.info({ version, documents, tookMs: currentTimeMs() - startedAtMs }, 'migrated the database');
  }
}

async function versionOf(schema: SchemaStore): Promise<number> {
  const document = await schema.read();
  if (!document) throw new Error('The schema version disappeared from the database');
  return document.version;
}

/** True when the database has only this module's own collection or the server's. */
async function isEmpty(db: Db): Promise<boolean> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  return collections.every(({ name }) => name === SCHEMA_COLLECTION || name.startsWith('system.'));
}

function tooNew(version: number, newest: number): SchemaRefusedError {
  return new SchemaRefusedError(
    `The database has schema version ${version}, but this program knows only versions up to ${newest}: start the ` +
      'newer version of the program, or restore the copy of the database made before the upgrade.',
  );
}
