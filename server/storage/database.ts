/**
 * The one connection to the store, whichever store it is. Owns connecting, building indexes and telling
 * a duplicate key from other failures; the collections belong to their domains.
 */
import mongoose, { type Connection, type Model } from 'mongoose';

/** How long one operation may wait for a store that is away before it fails and its caller answers 503. */
const SERVER_SELECTION_MS = 3_000;
const SOCKET_MS = 60_000;
/**
 * A store that hangs rather than refuses is found out by its silence to the driver's own question, asked this often
 * and waited for this long; then whatever waits for it fails at once. The driver's defaults make that 40 s.
 */
const silence = { heartbeatFrequencyMS: 2_000, connectTimeoutMS: 4_000 };

/** MongoDB 8.0, the first with `bulkWrite` over several collections. */
const LEAST_WIRE_VERSION = 25;

/** An operator must act: the store that is configured cannot serve. */
export class StoreTooOldError extends Error {}

/**
 * Opens the connection. Rejects when the store cannot be reached or is too old; after that the driver reconnects by itself.
 * @param options.isElsewhere false for a store inside this process: it cannot hang alone, but is silent while it
 *   builds an index over much.
 */
export async function connectDatabase(uri: string, { isElsewhere = false } = {}): Promise<Connection> {
  const connection = mongoose.createConnection(uri, {
    autoIndex: false,
    autoCreate: false,
    // A store that is away is told at once, as what it is, rather than after a wait in mongoose's own queue.
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

/** Over much an index takes long, and a store for one machine is silent meanwhile: building is asked for again. */
const INDEX_WAIT_MS = 10 * 60_000;

/** Builds what is missing; an index that exists under the same name with other options is an error, told by name. */
export async function buildIndexes(models: Iterable<Model<never>>): Promise<void> {
  const deadlineMs = Date.now() + INDEX_WAIT_MS;
  for (const model of models) {
    await model.createCollection().catch((error: unknown) => {
      if (!isNamespaceExists(error)) throw error;
    });
    await whenStoreAnswers(deadlineMs, () => model.createIndexes());
  }
}

/** Only what the store did not answer is tried again; each try waits for it as long as the driver does. */
async function whenStoreAnswers(deadlineMs: number, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      const isSilence =
        error instanceof mongoose.mongo.MongoNetworkError ||
        error instanceof mongoose.mongo.MongoServerSelectionError ||
        error instanceof mongoose.Error.MongooseServerSelectionError;
      if (!isSilence || Date.now() > deadlineMs) throw error;
    }
  }
}

interface DuplicateKey {
  code: 11000;
  keyPattern?: Record<string, unknown>;
}

/** A unique key was taken. `keyPattern` of the error says which, so callers can tell a repeat from a race. */
export function isDuplicateKey(error: unknown): error is DuplicateKey {
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === 11000;
}

/** True when the duplicate is on an index that has this field. */
export function isDuplicateOn(error: unknown, field: string): boolean {
  return isDuplicateKey(error) && Object.keys(error.keyPattern ?? {}).includes(field);
}

function isNamespaceExists(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === 48;
}

/** What an unordered bulk could not write, by place; anything but a bulk's own error is thrown on. */
export function writeErrorsOf(error: unknown): { code: number; index: number }[] {
  const { writeErrors } = error as { writeErrors?: unknown };
  if (writeErrors === undefined) throw error;
  return [writeErrors].flat() as { code: number; index: number }[];
}
