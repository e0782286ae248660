/**
 * Documents and their index entries, kept consistent. A write checks every unique key before it changes anything, so
 * a refused document leaves nothing behind. Writes only inside a transaction.
 */
import type { Document } from 'bson';
import { CommandError } from '../errors.ts';
import { decode, encode } from './bsonCodec.ts';
import { countKeys, exactEntries, idRange, recordKey, recordOf, walkKeys } from './byteKeys.ts';
import type { Catalog, CollectionSpec, IndexSpec } from './catalog.ts';
import { put, type StoreDatabase } from './database.ts';
import { type Entries, entriesOf, IndexEntries } from './indexEntries.ts';
import { checkNesting } from './nesting.ts';
import { RecentIds } from './recentIds.ts';

/** MongoDB's limit for one document; also used for replies and wire messages. */
export const maxDocumentBytes = 16 * 1024 * 1024;

export interface StoredRecord {
  record: number;
  bytes: Buffer;
}

export interface Replaced {
  record: number;
  /** Entries of the document before the change, of indexes whose entries may change. */
  entries: Entries[];
}

export class Records {
  private readonly database: StoreDatabase;
  private readonly catalog: Catalog;
  private readonly entries: IndexEntries;
  private readonly recentIds = new RecentIds();

  constructor(database: StoreDatabase, catalog: Catalog) {
    this.database = database;
    this.catalog = catalog;
    this.entries = new IndexEntries(database, catalog);
  }

  read(collection: CollectionSpec, record: number): Buffer | undefined {
    return this.database.records.get(recordKey(collection.id, record));
  }

  /** @param id the key of an `_id`. If the key was cut, compare the `_id` with the document's own. */
  find(collection: CollectionSpec, id: Buffer): number | undefined {
    const name = nameOf(collection, id);
    const known = this.recentIds.get(name);
    if (known !== undefined) return known;
    const { from, to } = exactEntries(idIndex(collection).id, id);
    for (const key of this.database.entries.getKeys({ start: from, end: to, limit: 1, snapshot: false })) {
      const record = recordOf(key as Buffer);
      this.recentIds.set(name, record);
      return record;
    }
    return undefined;
  }

  /** Call after an undone transaction: its records never existed. */
  forgetRecent(): void {
    this.recentIds.clear();
  }

  *walk(collection: CollectionSpec, reverse = false): Generator<StoredRecord> {
    for (const key of walkKeys(this.database.records, idRange(collection.id), reverse)) {
      const bytes = this.database.records.get(key);
      if (bytes !== undefined) yield { record: recordOf(key), bytes };
    }
  }

  count(collection: CollectionSpec): number {
    collection.count ??= countKeys(this.database.records, idRange(collection.id));
    return collection.count;
  }

  insert(collection: CollectionSpec, document: Document, encoded?: Buffer): void {
    checkNesting(document);
    const bytes = checkedBytes(document, encoded);
    const entries = this.entries.check(collection, document);
    const record = this.nextRecord(collection);
    put(this.database.records, recordKey(collection.id, record), bytes);
    this.entries.put(collection, entries, record);
    this.recentIds.set(nameOf(collection, entries[0]!.keys[0]!), record);
    collection.nextRecord = record + 1;
    if (collection.count !== undefined) collection.count++;
  }

  /** @param touches the top-level fields that will be changed; null when any field may be. */
  entriesThatMayChange(
    collection: CollectionSpec,
    document: Document,
    touches: ReadonlySet<string> | null,
  ): Entries[] {
    return collection.indexes
      .filter((index) => mayChange(index, touches))
      .map((index) => entriesOf(index, document));
  }

  /** The caller checks that `after` is not nested too deeply, because most changes cannot make it so. */
  replace(
    collection: CollectionSpec,
    { record, entries }: Replaced,
    after: Document,
    encoded?: Buffer,
  ): void {
    const bytes = checkedBytes(after, encoded);
    const newEntries = entries.map(({ index }) => this.entries.checkOne(collection, index, after, record));
    this.entries.replace(collection, entries, newEntries, record);
    put(this.database.records, recordKey(collection.id, record), bytes);
  }

  remove(collection: CollectionSpec, record: number, document: Document): void {
    this.entries.remove(collection, document, record);
    this.database.records.removeSync(recordKey(collection.id, record));
    if (collection.count !== undefined) collection.count--;
  }

  /**
   * Fills a new index and adds it to the collection. The caller undoes its transaction when this throws.
   * @param onEach is called for each document.
   */
  addIndex(collection: CollectionSpec, index: IndexSpec, onEach: () => void = () => {}): void {
    for (const { record, bytes } of this.walk(collection)) {
      onEach();
      const entries = this.entries.checkOne(collection, index, decode(bytes), record);
      this.entries.put(collection, [entries], record);
    }
    collection.indexes.push(index);
    this.catalog.save(collection);
  }

  removeIndex(collection: CollectionSpec, index: IndexSpec): void {
    this.entries.removeAll(index);
    collection.indexes = collection.indexes.filter((each) => each !== index);
    this.catalog.save(collection);
  }

  removeAll(collection: CollectionSpec): void {
    for (const index of collection.indexes) this.entries.removeAll(index);
    for (const key of walkKeys(this.database.records, idRange(collection.id)))
      this.database.records.removeSync(key);
  }

  private nextRecord(collection: CollectionSpec): number {
    if (collection.nextRecord === undefined) {
      collection.nextRecord = 0;
      for (const key of walkKeys(this.database.records, idRange(collection.id), true)) {
        collection.nextRecord = recordOf(key) + 1;
        break;
      }
    }
    return collection.nextRecord;
  }
}

const idIndex = ({ indexes }: CollectionSpec) => indexes[0]!;

const nameOf = (collection: CollectionSpec, id: Buffer) =>
  `${idIndex(collection).id} ${id.toString('latin1')}`;

/** An index that depends on none of the changed fields keeps its entries, so it needs no check of unique keys. */
function mayChange({ dependsOn }: IndexSpec, touches: ReadonlySet<string> | null): boolean {
  if (dependsOn === null || touches === null) return true;
  for (const name of touches) if (dependsOn.has(name)) return true;
  return false;
}

function checkedBytes(document: Document, encoded?: Buffer): Buffer {
  const bytes = encoded ?? encode(document);
  if (bytes.length > maxDocumentBytes) {
    throw new CommandError(
      10334,
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${maxDocumentBytes}`,
    );
  }
  return bytes;
}
