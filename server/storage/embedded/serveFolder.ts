/**
 * Opens a folder and listens on a unix socket in it, and on request on loopback with a password; gives the addresses.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { StoreLogger } from './log.ts';
import { type RunningStore, startStore } from './store.ts';
import { makeScram } from './wire/scram.ts';

const databaseName = 'notify-inbox';
const user = 'notify-inbox';
/** Unix socket paths hold 107 bytes on Linux and 103 on macOS. */
const maxSocketPathBytes = 103;

export interface ServeRequest {
  dataDir: string;
  ttlSweepMs?: number | undefined;
  /** Also listen on loopback TCP, for other processes. By default a password is generated and kept in the folder. */
  publicPort?: number | undefined;
  publicPassword?: string | undefined;
}

export interface ServedFolder {
  /** For mongoose.connect or new MongoClient in this process. */
  uri: string;
  /** The loopback address with its password, when it was requested. */
  publicUri: string | undefined;
  close(): Promise<void>;
}

export async function serveFolder(request: ServeRequest & { logger: StoreLogger }): Promise<ServedFolder> {
  const dataDir = resolve(request.dataDir);
  const store = await startStore({ ...request, dataDir });
  try {
    const { uri, tidy } = await listenPrivately(store, dataDir);
    const publicUri =
      request.publicPort === undefined
        ? undefined
        : await listenOnLoopback(
            store,
            request.publicPort,
            request.publicPassword ?? (await keptPassword(dataDir)),
          );
    return {
      uri,
      publicUri,
      async close() {
        await store.close();
        await tidy();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function listenPrivately(
  store: RunningStore,
  dataDir: string,
): Promise<{ uri: string; tidy: () => Promise<void> }> {
  if (process.platform === 'win32') {
    return { uri: await listenOnLoopback(store, 0, undefined), tidy: async () => {} };
  }
  const inFolder = join(dataDir, 'store.sock');
  const fits = Buffer.byteLength(inFolder) <= maxSocketPathBytes;
  // mkdtemp makes its folder with mode 0700.
  const privateFolder = fits ? undefined : await mkdtemp(join(tmpdir(), 'notify-inbox-'));
  if (privateFolder !== undefined) await chmod(privateFolder, 0o700);
  const path = privateFolder === undefined ? inFolder : join(privateFolder, 'store.sock');
  await store.listen({ path });
  return {
    uri: `mongodb://${encodeURIComponent(path)}/${databaseName}?directConnection=true`,
    tidy: async () => {
      await rm(path, { force: true });
      if (privateFolder !== undefined) await rm(privateFolder, { recursive: true, force: true });
    },
  };
}

async function listenOnLoopback(
  store: RunningStore,
  wantedPort: number,
  given: string | undefined,
): Promise<string> {
  const password = given ?? randomBytes(24).toString('hex');
  const { port } = await store.listen({ host: '127.0.0.1', port: wantedPort }, makeScram(user, password));
  const signIn = `${user}:${encodeURIComponent(password)}`;
  return `mongodb://${signIn}@127.0.0.1:${port}/${databaseName}?authSource=admin&authMechanism=SCRAM-SHA-256&directConnection=true`;
}

/** Stored with mode 0600, so that other processes can still sign in after a restart. */
async function keptPassword(dataDir: string): Promise<string> {
  const path = join(dataDir, 'store.password');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  const made = randomBytes(24).toString('hex');
  await writeFile(path, `${made}\n`, { mode: 0o600, flush: true });
  return made;
}
