/**
 * The store as a separate process, shared by several others: `npm run store`. It listens on a socket in DATA_DIR and,
 * with a password, on loopback, and prints the one line the others need. DATA_DIR keeps the credentials between runs.
 */
import { resolve } from 'node:path';
import pino from 'pino';
import { z } from 'zod';
import { killProcess } from '../../observability/killProcess.ts';
import { createLogger } from '../../observability/logger.ts';
import { openEmbeddedStore } from './open.ts';

const settings = z
  .object({
    DATA_DIR: z.string().min(1).default('./data'),
    STORE_PORT: z.coerce.number().int().min(0).max(65_535).default(27_018),
    STORE_PASSWORD: z.string().min(1).optional(),
    STORE_TTL_SWEEP_MS: z.coerce.number().int().min(10).optional(),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('warn'),
  })
  .safeParse(process.env);

async function main(): Promise<void> {
  if (!settings.success) {
    const [issue] = settings.error.issues;
    throw new Error(`${issue!.path.join('.')}: ${issue!.message}`);
  }
  const { DATA_DIR, STORE_PORT, STORE_PASSWORD, STORE_TTL_SWEEP_MS, LOG_LEVEL } = settings.data;
  const dataDir = resolve(DATA_DIR);
  // Standard output holds the one line; everything else goes to standard error.
  const logger = createLogger(LOG_LEVEL, pino.destination(2));
  const store = await openEmbeddedStore({
    dataDir,
    logger,
    ttlSweepMs: STORE_TTL_SWEEP_MS,
    publicPort: STORE_PORT,
    publicPassword: STORE_PASSWORD,
    onEnded: killProcess,
  });
  const stopped = new Promise<void>((stop) => {
    process.once('SIGTERM', () => stop());
    process.once('SIGINT', () => stop());
  });
  process.stdout.write(`MONGODB_URI=${store.publicUri}\n`);
  await stopped;
  await store.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
