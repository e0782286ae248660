/**
 * A real store for one test file: the embedded one in its own folder, or its own database on the server that
 * MONGODB_URI names. Both are deleted when the file ends.
 */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
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
  const server = process.env.MONGODB_URI;
  if (server) {
    const url = new URL(server);
    url.pathname = `/notify-inbox-test-${randomBytes(6).toString('hex')}`;
    // Over a separate connection: a test may have closed the other one.
    const dispose = async () => {
      const connection = await connectDatabase(url.href);
      await connection.dropDatabase();
      await connection.close();
    };
    return { uri: url.href, dispose };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-test-'));
  const store = await openEmbeddedStore({ dataDir, logger: silent });
  return {
    uri: store.uri,
    async dispose() {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
