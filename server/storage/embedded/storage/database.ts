/**
 * The lmdb file: three tables (catalog, records, index entries), all with binary keys and values. Knows nothing of
 * documents. Writes happen only inside `transact`, which returns once they are on the disk.
 */
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';

export const dataFileName = 'data.mdb';

export type Table = Database<Buffer, Buffer>;

export interface StoreDatabase {
  catalog: Table;
  records: Table;
  entries: Table;
  /** Runs the changes as one transaction, synced to disk before it returns; a throw undoes them all. */
  transact<T>(changes: () => T): T;
  /** How many transactions were run; a walk that paused learns from it that something may have changed. */
  readonly commits: number;
  sizeBytes(): number;
  close(): Promise<void>;
}

export function openDatabase(folder: string): StoreDatabase {
  const options = { keyEncoding: 'binary', encoding: 'binary' } as const;
  const root: RootDatabase = open({
    path: join(folder, dataFileName),
    noSubdir: true,
    maxDbs: 4,
    // Classic lmdb: data pages are synced before the page that points at them, all before commit returns.
    overlappingSync: false,
    ...options,
  });
  let commits = 0;
  const table = (name: string) => root.openDB<Buffer, Buffer>(name, options) as Table;
  return {
    catalog: table('catalog'),
    records: table('records'),
    entries: table('entries'),
    transact(changes) {
      commits++;
      return root.transactionSync(changes);
    },
    get commits() {
      return commits;
    },
    sizeBytes() {
      const stats = root.getStats() as { lastPageNumber?: number; pageSize?: number };
      return (stats.lastPageNumber ?? 0) * (stats.pageSize ?? 4096);
    },
    close: () => root.close(),
  };
}
