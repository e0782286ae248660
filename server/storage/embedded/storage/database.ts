/**
 * The lmdb file: three tables (catalog, records, index entries) with binary keys and values. It knows nothing about
 * documents. Writes happen only inside `transact`, which returns once they are on the disk.
 */
import { chmodSync, closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs';
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
  /** The number of transactions so far; a paused walk sees by it that data may have changed. */
  readonly commits: number;
  sizeBytes(): number;
  close(): Promise<void>;
}

/** lmdb did not accept a write. The transaction can only be undone; lmdb refuses to commit it. */
export class WriteFailed extends Error {}

/** Call only inside a transaction. @throws WriteFailed */
export function put(table: Table, key: Buffer, value: Buffer): void {
  // The types say void, but it returns false instead of throwing when lmdb's own search for a free page fails.
  let isAccepted: unknown;
  try {
    isAccepted = table.putSync(key, value);
  } catch (cause) {
    throw new WriteFailed('lmdb refused a write', { cause });
  }
  if (isAccepted === false) throw new WriteFailed('lmdb did not accept a write');
}

/**
 * lmdb may count pages at the end of the file that it never wrote, so a complete file can be shorter than lmdb says.
 * The file is kept longer than needed by this much (it takes no space on the disk), so a shorter file was cut.
 */
const headroomBytes = 4 * 1024 * 1024;
const growthBytes = 16 * 1024 * 1024;

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
  const path = join(folder, dataFileName);
  for (const name of [path, `${path}-lock`]) chmodSync(name, 0o600);
  const file = openSync(path, 'r+');
  const usedBytes = () => {
    const stats = root.getStats() as { lastPageNumber?: number; pageSize?: number };
    return ((stats.lastPageNumber ?? 0) + 1) * (stats.pageSize ?? 4096);
  };
  const keepHeadroom = () => {
    const wantedBytes = usedBytes() + headroomBytes;
    if (fstatSync(file).size < wantedBytes) ftruncateSync(file, wantedBytes + growthBytes);
  };
  keepHeadroom();
  let commits = 0;
  const table = (name: string) => root.openDB<Buffer, Buffer>(name, options) as Table;
  return {
    catalog: table('catalog'),
    records: table('records'),
    entries: table('entries'),
    transact(changes) {
      commits++;
      const result = root.transactionSync(changes);
      try {
        keepHeadroom();
      } catch {
        // The transaction is stored. A file that cannot grow now grows after a later one.
      }
      return result;
    },
    get commits() {
      return commits;
    },
    sizeBytes: usedBytes,
    async close() {
      await root.close();
      closeSync(file);
    },
  };
}
