/** The store's thread: opens the folder named in `workerData`, posts its address, and ends on request. */
import { parentPort, workerData } from 'node:worker_threads';
import type { StoreLogger } from './log.ts';
import { type ServeRequest, serveFolder } from './serveFolder.ts';
import { FolderError } from './storage/folder.ts';

export type FromWorker =
  | { kind: 'ready'; uri: string; publicUri: string | undefined }
  | { kind: 'failed'; message: string; isFolderError: boolean }
  | { kind: 'log'; level: keyof StoreLogger; fields: object; message: string }
  | { kind: 'closed' };

const port = parentPort!;
const postToParent = (message: FromWorker) => port.postMessage(message);
const logAt = (level: keyof StoreLogger) => (fields: object, message: string) =>
  postToParent({ kind: 'log', level, fields: plain(fields), message });
const logger: StoreLogger = {
  debug: logAt('debug'),
  info: logAt('info'),
  warn: logAt('warn'),
  error: logAt('error'),
};

/** Errors lose their own fields between threads; the log shows only these. */
function plain(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? errorFields(value) : (value as unknown),
    ]),
  );
}

const errorFields = ({ name, message, stack }: Error) => ({ name, message, stack });

try {
  const served = await serveFolder({ ...(workerData as ServeRequest), logger });
  port.on('message', (message: unknown) => {
    if (message !== 'close') return;
    void served.close().then(() => {
      postToParent({ kind: 'closed' });
      port.close();
    });
  });
  postToParent({ kind: 'ready', uri: served.uri, publicUri: served.publicUri });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  postToParent({ kind: 'failed', message, isFolderError: error instanceof FolderError });
  port.close();
}
