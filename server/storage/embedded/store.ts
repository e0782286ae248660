/** The store in this thread: an open folder, the handling of commands, a TTL sweep, and the sockets that serve it. */
import { chmod, rm } from 'node:fs/promises';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { Store } from './commands/command.ts';
import { Cursors } from './commands/cursors.ts';
import { answer } from './commands/dispatch.ts';
import type { StoreLogger } from './log.ts';
import { scanNotes } from './query/scanNotes.ts';
import { Catalog } from './storage/catalog.ts';
import { openDatabase } from './storage/database.ts';
import { startExpiry } from './storage/expiry.ts';
import { confirmFolder, FolderError, prepareFolder } from './storage/folder.ts';
import { lockFolder } from './storage/folderLock.ts';
import { Records } from './storage/records.ts';
import { Writer } from './storage/writer.ts';
import { serveConnection } from './wire/connection.ts';
import type { Scram } from './wire/scram.ts';

export interface StoreOptions {
  dataDir: string;
  logger: StoreLogger;
  /** How often documents past their TTL are removed. MongoDB's own is 60 s. */
  ttlSweepMs?: number | undefined;
}

export interface Listener {
  /** The port, for a TCP listener. */
  port: number | undefined;
}

export interface RunningStore {
  listen(where: ListenOptions, scram?: Scram): Promise<Listener>;
  close(): Promise<void>;
}

export async function startStore({
  dataDir,
  logger,
  ttlSweepMs = 60_000,
}: StoreOptions): Promise<RunningStore> {
  await prepareFolder(dataDir);
  const lock = await lockFolder(dataDir);
  try {
    const store = await openStore(dataDir, logger);
    await confirmFolder(dataDir);
    const expiry = startExpiry(store, ttlSweepMs);
    const servers: Server[] = [];
    const sockets = new Set<Socket>();
    return {
      async listen(where, scram) {
        const server = await serve(store, sockets, where, scram);
        servers.push(server);
        const address = server.address();
        return { port: typeof address === 'object' ? address?.port : undefined };
      },
      async close() {
        expiry.stop();
        const closing = servers.map((server) => new Promise((resolve) => server.close(resolve)));
        store.writer.close();
        // Replies to the last writes leave before their sockets end.
        await new Promise((resolve) => setImmediate(resolve));
        for (const socket of sockets) socket.destroySoon();
        await Promise.all(closing);
        store.cursors.close();
        await store.database.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openStore(dataDir: string, logger: StoreLogger): Promise<Store> {
  const database = openDatabase(dataDir);
  try {
    const catalog = new Catalog(database);
    const records = new Records(database, catalog);
    const undone = () => {
      catalog.reload();
      records.forgetRecent();
    };
    return {
      database,
      catalog,
      records,
      writer: new Writer(database, undone, logger),
      cursors: new Cursors(),
      logger,
      startedAt: new Date(),
      dataDir,
      noteQuery: scanNotes(process.env.STORE_SCANS_FILE),
    };
  } catch (cause) {
    await database.close();
    throw new FolderError(`${dataDir} is damaged: its catalog cannot be read. Restore it from a backup`, {
      cause,
    });
  }
}

let lastConnectionId = 0;

async function serve(
  store: Store,
  sockets: Set<Socket>,
  where: ListenOptions,
  scram: Scram | undefined,
): Promise<Server> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const state = {
      id: ++lastConnectionId,
      scram,
      isAuthenticated: scram === undefined,
      conversation: undefined,
    };
    serveConnection(socket, state, (request, connection) => answer(store, request, connection), store.logger);
  });
  // This process holds the folder's lock, so an existing socket file was left by a crashed process.
  if (where.path !== undefined) await rm(where.path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
  if (where.path !== undefined) await chmod(where.path, 0o600);
  return server;
}
