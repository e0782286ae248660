/** A database for one test file: in an embedded store of its own, or in the server that MONGODB_URI names. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, MongoClient, MongoServerError } from 'mongodb';
import pino from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { openEmbeddedStore } from '../../../../server/storage/embedded/open.ts';

export const isRealServer = (process.env.MONGODB_URI ?? '') !== '';
export const quiet = pino({ level: 'silent' });

export interface TestDatabase {
  client: MongoClient;
  db: Db;
  uri: string;
}

/** Opens the database before the tests of the calling file and drops it after them. */
export function openTestDatabase(): TestDatabase {
  const opened = {} as TestDatabase;
  let close = async (): Promise<void> => {};
  beforeAll(async () => {
    const name = `store_test_${randomBytes(6).toString('hex')}`;
    if (isRealServer) {
      opened.uri = process.env.MONGODB_URI!;
      opened.client = await new MongoClient(opened.uri).connect();
      close = async () => {
        await opened.db.dropDatabase();
        await opened.client.close();
      };
    } else {
      const folder = await mkdtemp(join(tmpdir(), 'store-test-'));
      const store = await openEmbeddedStore({ dataDir: folder, logger: quiet, ttlSweepMs: 50 });
      opened.uri = store.uri;
      opened.client = await new MongoClient(store.uri).connect();
      close = async () => {
        await opened.client.close();
        await store.close();
        await rm(folder, { recursive: true, force: true });
      };
    }
    opened.db = opened.client.db(name);
  });
  afterAll(() => close());
  return opened;
}

/** The error code of a refused operation; undefined when it was not refused. */
export async function codeOf(operation: Promise<unknown>): Promise<number | string | undefined> {
  try {
    await operation;
    return undefined;
  } catch (error) {
    if (error instanceof MongoServerError) return error.code;
    throw error;
  }
}

/** Polls until the condition holds; fails with the last answer after the deadline. */
export async function until(condition: () => Promise<boolean>, deadlineMs = 10_000): Promise<void> {
  const endsAt = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > endsAt) throw new Error('the condition did not come to hold in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
