/** Removes documents past their TTL (https://www.mongodb.com/docs/manual/core/index-ttl/) in small batches. */
import type { Document } from 'bson';
import type { Store } from '../commands/command.ts';
import { prepareQuery } from '../query/execute.ts';
import type { IndexSpec } from './catalog.ts';

const batchDocuments = 200;

export function startExpiry(store: Store, everyMs: number): { stop(): void } {
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    sweep(store)
      .catch((error: unknown) => store.logger.error({ err: error }, 'the TTL sweep failed'))
      .finally(() => {
        isRunning = false;
      });
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

async function sweep(store: Store): Promise<void> {
  for (const { db, name, indexes } of store.catalog.list()) {
    for (const { shown, expireAfterSeconds } of indexes) {
      if (expireAfterSeconds === undefined) continue;
      while ((await store.writer.write(() => removeExpired(store, db, name, shown.name))) === batchDocuments);
    }
  }
}

/** Finds the collection again for each batch: it may have been dropped meanwhile. */
function removeExpired(store: Store, db: string, name: string, indexName: string): number {
  const collection = store.catalog.find(db, name);
  const index = collection?.indexes.find(({ shown }) => shown.name === indexName);
  if (collection === undefined || index?.expireAfterSeconds === undefined) return 0;
  const found = [...prepareQuery(store, collection, expiredRequest(index, index.expireAfterSeconds)).run()];
  for (const { record, document } of found) store.records.remove(collection, record, document);
  return found.length;
}

function expiredRequest(index: IndexSpec, seconds: number) {
  const path = index.fields[0]!.path;
  const before: Document = { [path]: { $lt: new Date(Date.now() - seconds * 1000) } };
  const filter = index.partialFilter === undefined ? before : { $and: [before, index.partialFilter] };
  return { filter, hint: index.shown.name, limit: batchDocuments };
}
