/** The right of one process to migrate: renewed during the work, and lost by time when it cannot be renewed. */

import { randomUUID } from 'node:crypto';
import type { Logger } from '../../observability/logger.ts';
import { currentTimeMs } from '../../work/clock.ts';
import { keepRenewing } from '../../work/lease.ts';
import type { SchemaStore } from './schemaDocument.ts';

export interface MigrationLeaseTimes {
  leaseMs: number;
  renewEveryMs: number;
}

/** The work must stop; another process goes on with it. */
export class LeaseLostError extends Error {}

export interface MigrationLease {
  owner: string;
  isHeld(): boolean;
  /** @throws LeaseLostError */
  assertHeld(): void;
  release(): Promise<void>;
}

/** Null when another process holds it. */
export async function claimMigrationLease(
  schema: SchemaStore,
  { takesOver, logger, leaseMs, renewEveryMs }: MigrationLeaseTimes & { takesOver: boolean; logger: Logger },
): Promise<MigrationLease | null> {
  const owner = randomUUID();
  let untilMs = currentTimeMs() + leaseMs;
  if (!(await schema.claimLease(owner, leaseMs, { takesOver }))) return null;

  let isLost = false;
  const renewing = keepRenewing({
    everyMs: renewEveryMs,
    async renew() {
      const nextMs = currentTimeMs() + leaseMs;
      const isOurs = await schema.renewLease(owner, leaseMs);
      if (isOurs) untilMs = Math.max(untilMs, nextMs);
      return isOurs;
    },
    lost() {
      isLost = true;
    },
    logFailure: (error) => logger.warn({ err: error }, 'the migration lease is renewed later'),
  });
  const isHeld = () => !isLost && currentTimeMs() < untilMs;
  return {
    owner,
    isHeld,
    assertHeld() {
      if (!isHeld()) throw new LeaseLostError('another process may be migrating the database');
    },
    async release() {
      await renewing.stop();
      // After a lost connection the lease simply ends by its time.
      await schema.releaseLease(owner).catch(() => undefined);
    },
  };
}
