/** The right of one process to migrate: renewed during the work, and lost by time when it cannot be renewed. */
import { randomUUID } from 'node:crypto';
import type { Logger } from '../../observability/logger.ts';
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

/** Null when another process holds it. The machines' clocks must agree within a second or two, as NTP keeps them. */
export async function acquireMigrationLease(
  schema: SchemaStore,
  { takesOver, logger, leaseMs, renewEveryMs }: MigrationLeaseTimes & { takesOver: boolean; logger: Logger },
): Promise<MigrationLease | null> {
  const owner = randomUUID();
  let untilMs = Date.now() + leaseMs;
  if (!(await schema.acquireLease(owner, new Date(untilMs), { takesOver }))) return null;

  let isLost = false;
  const renew = async () => {
    const nextMs = Date.now() + leaseMs;
    if (await schema.renewLease(owner, new Date(nextMs))) untilMs = nextMs;
    else isLost = true;
  };
  const timer = setInterval(() => {
    renew().catch((error: unknown) => logger.warn({ err: error }, 'the migration lease is renewed later'));
  }, renewEveryMs);
  const isHeld = () => !isLost && Date.now() < untilMs;
  return {
    owner,
    isHeld,
    assertHeld() {
      if (!isHeld()) throw new LeaseLostError('another process may be migrating the database');
    },
    async release() {
      clearInterval(timer);
      // After a lost connection the lease simply ends by its time.
      await schema.releaseLease(owner).catch(() => undefined);
    },
  };
}
