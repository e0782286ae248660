/**
 * A real store for one test: its own database on the server that MONGODB_URI names, or on the embedded store that the
 * files of one worker share. The database is dropped when the test ends.
 */

import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, Model } from 'mongoose';
import { pino } from 'pino';
import { buildIndexes, connectDatabase } from '../../server/storage/database.ts';
import { openEmbeddedStore } from '../../server/storage/embedded/open.ts';

export interface TestStore extends AsyncDisposable {
  uri: string;
  connection: Connection;
  build(models: Model<never>[]): Promise<void>;
}

export const silent = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });

export async function openTestStore(): Promise<TestStore> {
  const { uri, dispose } = await openUri();
  const connection = await connectDatabase(uri);
  return {
    uri,
    connection,
    build: (models) => buildIndexes(models),
    async [Symbol.asyncDispose]() {
      await connection.close();
      await dispose();
    },
  };
}

async function openUri(): Promise<{ uri: string; dispose(): Promise<void> }> {
  const url = new URL(process.env.MONGODB_URI ?? (await sharedStore()));
  url.pathname = `/notify-inbox-test-${randomBytes(6).toString('hex')}`;
  // Over a separate connection: a test may have closed the other one.
  const dispose = async () => {
    const connection = await connectDatabase(url.href);
    await connection.dropDatabase();
    await connection.close();
  };
  return { uri: url.href, dispose };
}

let shared: Promise<string> | undefined;

/** Opened by the first test that needs it; it ends with the worker, and its folder is removed after the run. */
function sharedStore(): Promise<string> {
  shared ??= (async () => {
    const dataDir = await mkdtemp(join(process.env.TEST_STORES_DIR ?? tmpdir(), 'store-'));
    return (await openEmbeddedStore({ dataDir, logger: silent })).uri;
  })();
  return shared;
}
