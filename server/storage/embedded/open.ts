/**
 * The embedded store for the rest of the program: takes a folder, gives an address for the MongoDB driver. It runs in
 * its own thread, so the caller's event loop stays free.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { StoreLogger } from './log.ts';
import type { ServeRequest } from './serveFolder.ts';
import type { FromWorker } from './worker.ts';

export interface OpenStoreOptions extends ServeRequest {
  logger: StoreLogger;
  /** Called when the thread ends by itself, after it was ready: from then on nothing can be read or stored. */
  onEnded?: (() => void) | undefined;
}

export interface EmbeddedStore {
  /** For `mongoose.connect(uri)` or `new MongoClient(uri)`, unmodified; the default database is `notify-inbox`. */
  uri: string;
  /** For other processes on this machine, when `publicPort` was given. */
  publicUri: string | undefined;
  /** Finishes the queued writes, then releases the folder. Close the clients first. */
  close(): Promise<void>;
}

/**
 * A folder was not opened: it is another program's, damaged, or already open. The message says which and what to do.
 */
export class StoreFolderError extends Error {}

export async function openEmbeddedStore({
  logger,
  onEnded,
  ...request
}: OpenStoreOptions): Promise<EmbeddedStore> {
  const worker = startWorker(request);
  let isClosing = false;
  const ended = new Promise<void>((resolve) => worker.on('exit', () => resolve()));
  let isReady = false;
  worker.on('exit', (code) => {
    if (isClosing || !isReady) return;
    logger.error({ code }, 'the embedded store ended');
    onEnded?.();
  });
  const { uri, publicUri } = await new Promise<{ uri: string; publicUri: string | undefined }>(
    (resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'log') logger[message.level](message.fields, message.message);
        else if (message.kind === 'ready') resolve(message);
        else if (message.kind === 'failed') {
          reject(message.isFolderError ? new StoreFolderError(message.message) : new Error(message.message));
        }
      });
      worker.on('error', (error) => {
        reject(error);
        logger.error({ err: error }, 'the embedded store ended');
        // Its thread may hang in lmdb while it is cleaned up, and then never tells that it has exited.
        if (isReady && !isClosing) onEnded?.();
      });
      worker.on('exit', (code) =>
        reject(new Error(`the embedded store ended before it was ready (code ${code})`)),
      );
    },
  );
  isReady = true;
  return {
    uri,
    publicUri,
    async close() {
      isClosing = true;
      worker.postMessage('close');
      await ended;
    },
  };
}

/** The thread's file is beside this one: compiled, or as source that the thread must load through tsx itself. */
function startWorker(request: ServeRequest): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./worker.js', import.meta.url), { workerData: request });
  // Tests start hundreds of stores, and compile the thread's code once for all of them.
  const bundle = process.env.STORE_THREAD_FILE;
  if (bundle) return new Worker(bundle, { workerData: request, execArgv: [] });
  const tsxFolder = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const tsx = new URL('./dist/esm/api/index.mjs', tsxFolder).href;
  const file = new URL('./worker.ts', import.meta.url).href;
  const load = `import(${JSON.stringify(tsx)}).then(({ tsImport }) => tsImport(${JSON.stringify(file)}, ${JSON.stringify(tsx)}))`;
  return new Worker(load, { eval: true, workerData: request });
}
