/**
 * The one connection to the store, MongoDB or embedded. Owns connecting, building indexes and recognising duplicate
 * keys; the collections belong to their rooms.
 */

import { setTimeout } from 'node:timers/promises';
import mongoose, { type Connection, type Model } from 'mongoose';
import { currentTimeMs } from '../work/clock.ts';
import { classifyStoreError } from './classifyStoreError.ts';

/** How long an operation waits for an unreachable store before it fails and its caller answers 503. */
const SERVER_SELECTION_MS = 3_000;
const SOCKET_MS = 60_000;
/**
 * The driver's heartbeat detects a store that hangs: it is sent this often and waits this long for an answer. Then
 * every operation that waits for the store fails at once. With the driver's defaults this takes 40 s.
 */
const silence = { heartbeatFrequencyMS: 2_000, connectTimeoutMS: 4_000 };

/** MongoDB 8.0, the first with `bulkWrite` over several collections. */
const LEAST_WIRE_VERSION = 25;

/** The configured store is too old; an operator must act. */
export class StoreTooOldError extends Error {}

/**
 * Opens the connection; later the driver reconnects by itself. Rejects when the store cannot be reached or is too
 * old.
 * @param options.isElsewhere false for a store inside this process: it cannot hang alone, but does not answer while
 * it
 *   builds a large index.
 */
export async function connectDatabase(uri: string, { isElsewhere = false } = {}): Promise<Connection> {
  const connection = mongoose.createConnection(uri, {
    autoIndex: false,
    autoCreate: false,
    // With an unreachable store an operation fails at once, instead of after a wait in mongoose's own queue.
    bufferCommands: false,
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    socketTimeoutMS: SOCKET_MS,
    ...(isElsewhere ? silence : {}),
    maxPoolSize: 32,
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
  });
  await connection.asPromise();
  const hello = await connection.getClient().db('admin').command({ hello: 1 });
  if (Number(hello.maxWireVersion) < LEAST_WIRE_VERSION) {
    await connection.close();
    throw new StoreTooOldError('MONGODB_URI names a server that is older than MongoDB 8.0');
  }
  return connection;
}

/** A large index takes long, and the embedded store does not answer meanwhile; the build is requested again. */
const INDEX_WAIT_MS = 10 * 60_000;
const AWAY_WAIT_MS = 100;

/** Builds missing indexes; safe to repeat. An index of the same name with other options is an error that names it. */
export async function buildIndexes(models: Iterable<Model<never>>): Promise<void> {
  const deadlineMs = currentTimeMs() + INDEX_WAIT_MS;
  for (const model of models) {
    await model.createCollection().catch((error: unknown) => {
      if (!isNamespaceExists(error)) throw error;
    });
    await whenStoreAnswers(deadlineMs, () => model.createIndexes());
  }
}

/** Retries only while the store is away. */
async function whenStoreAnswers(deadlineMs: number, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (classifyStoreError(error) === 'unknown' || currentTimeMs() > deadlineMs) throw error;
      await setTimeout(AWAY_WAIT_MS);
    }
  }
}

export const DUPLICATE_KEY = 11_000;

interface DuplicateKey {
  code: typeof DUPLICATE_KEY;
  keyPattern?: Record<string, unknown>;
}

/**
 * True when the one write was refused because a unique key exists already. The error's `keyPattern` says which: a
 * caller can tell a repeat from a race. A bulk has an outcome for each of its writes: see `bulkWrites.ts`.
 */
export function isDuplicateKey(error: unknown): error is DuplicateKey {
  if (typeof error !== 'object' || error === null || error instanceof mongoose.mongo.MongoBulkWriteError)
    return false;
  return (error as { code?: unknown }).code === DUPLICATE_KEY;
}

/** True when the duplicate is on an index that has this field. */
export function isDuplicateOn(error: unknown, field: string): boolean {
  return isDuplicateKey(error) && Object.keys(error.keyPattern ?? {}).includes(field);
}

function isNamespaceExists(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === 48;
}
