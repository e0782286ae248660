/**
 * Documents and their index entries, kept in step. A write checks every unique key before it touches anything, so a
 * refused document leaves nothing behind. Writes only inside a transaction.
 */
import type { Document } from 'bson';
import { CommandError } from '../errors.ts';
import { indexKeys } from '../keys/indexKey.ts';
import { decode, encode } from './bsonCodec.ts';
import {
  countKeys,
  entryKey,
  exactEntries,
  fieldsOf,
  hasKey,
  idRange,
  isLong,
  recordKey,
  recordOf,
  walkKeys,
} from './byteKeys.ts';
import type { Catalog, CollectionSpec, IndexSpec } from './catalog.ts';
import type { StoreDatabase } from './database.ts';

/** MongoDB's limit for one document; replies and messages are measured by it too. */
export const maxDocumentBytes = 16 * 1024 * 1024;
const maxNestedLevels = 180;

export interface StoredRecord {
  record: number;
  bytes: Buffer;
}

export class Records {
  private readonly database: StoreDatabase;
  private readonly catalog: Catalog;

  constructor(database: StoreDatabase, catalog: Catalog) {
    this.database = database;
    this.catalog = catalog;
  }

  read(collection: CollectionSpec, record: number): Buffer | undefined {
    return this.database.records.get(recordKey(collection.id, record));
  }

  *walk(collection: CollectionSpec, reverse = false): Generator<StoredRecord> {
    for (const key of walkKeys(this.database.records, idRange(collection.id), reverse)) {
      const bytes = this.database.records.get(key);
      if (bytes !== undefined) yield { record: recordOf(key), bytes };
    }
  }

  /** The record of this _id, given as its key bytes. */
  findById(collection: CollectionSpec, idKey: Buffer): number | undefined {
    const index = collection.indexes[0]!;
    for (const key of walkKeys(this.database.entries, exactEntries(index.id, idKey))) return recordOf(key);
    return undefined;
  }

  count(collection: CollectionSpec): number {
    collection.count ??= countKeys(this.database.records, idRange(collection.id));
    return collection.count;
  }

  insert(collection: CollectionSpec, document: Document, encoded?: Buffer): void {
    const bytes = checkedBytes(document, encoded);
    const entries = this.checkedEntries(collection, document, undefined);
    const record = this.nextRecord(collection);
    this.database.records.putSync(recordKey(collection.id, record), bytes);
    this.putEntries(collection, entries, record);
    collection.nextRecord = record + 1;
    if (collection.count !== undefined) collection.count++;
  }

  replace(
    collection: CollectionSpec,
    record: number,
    before: Document,
    after: Document,
    encoded?: Buffer,
  ): void {
    const bytes = checkedBytes(after, encoded);
    const entries = this.checkedEntries(collection, after, record);
    for (const { index, keys } of entries) {
      const wanted = new Set(keys.map((key) => key.toString('latin1')));
      for (const old of this.entriesOf(index, before)) {
        if (!wanted.delete(old.toString('latin1'))) {
          this.database.entries.removeSync(entryKey(index.id, old, record));
        }
      }
      for (const key of keys) {
        if (wanted.has(key.toString('latin1')))
          this.database.entries.putSync(entryKey(index.id, key, record), nothing);
      }
    }
    this.markKinds(collection, entries);
    this.database.records.putSync(recordKey(collection.id, record), bytes);
  }

  remove(collection: CollectionSpec, record: number, document: Document): void {
    for (const index of collection.indexes) {
      for (const key of this.entriesOf(index, document)) {
        this.database.entries.removeSync(entryKey(index.id, key, record));
      }
    }
    this.database.records.removeSync(recordKey(collection.id, record));
    if (collection.count !== undefined) collection.count--;
  }

  /** Fills a new index from the documents there are. The caller undoes its transaction when this throws. */
  build(collection: CollectionSpec, index: IndexSpec): void {
    for (const { record, bytes } of this.walk(collection)) {
      const entries = this.checkedEntry(collection, index, decode(bytes), record);
      this.putEntries(collection, [entries], record, false);
    }
  }

  removeIndex(index: IndexSpec): void {
    for (const key of walkKeys(this.database.entries, idRange(index.id)))
      this.database.entries.removeSync(key);
  }

  removeAll(collection: CollectionSpec): void {
    for (const index of collection.indexes) this.removeIndex(index);
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

  private entriesOf(index: IndexSpec, document: Document): Buffer[] {
    if (!index.inPartialFilter(document)) return [];
    const { keys, hasAny } = indexKeys(index.fields, document);
    return index.sparse && !hasAny ? [] : keys;
  }

  private checkedEntries(
    collection: CollectionSpec,
    document: Document,
    self: number | undefined,
  ): NewEntries[] {
    return collection.indexes.map((index) => this.checkedEntry(collection, index, document, self));
  }

  private checkedEntry(
    collection: CollectionSpec,
    index: IndexSpec,
    document: Document,
    self: number | undefined,
  ): NewEntries {
    if (!index.inPartialFilter(document)) return { index, keys: [], multikey: [] };
    const { keys, hasAny, multikey } = indexKeys(index.fields, document);
    if (index.sparse && !hasAny) return { index, keys: [], multikey: [] };
    if (index.unique) {
      for (const key of keys) {
        if (this.isTaken(index, key, self)) throw duplicateKey(collection, index, document);
      }
    }
    return { index, keys, multikey };
  }

  private isTaken(index: IndexSpec, fields: Buffer, self: number | undefined): boolean {
    const range = exactEntries(index.id, fields);
    if (self === undefined) return hasKey(this.database.entries, range);
    for (const key of walkKeys(this.database.entries, range)) {
      if (recordOf(key) !== self) return true;
    }
    return false;
  }

  private putEntries(collection: CollectionSpec, entries: NewEntries[], record: number, save = true): void {
    for (const { index, keys } of entries) {
      for (const key of keys) this.database.entries.putSync(entryKey(index.id, key, record), nothing);
    }
    this.markKinds(collection, entries, save);
  }

  /** Remembers that an index met an array or a long value, before anyone can rely on its not having met one. */
  private markKinds(collection: CollectionSpec, entries: NewEntries[], save = true): void {
    let changed = false;
    for (const { index, keys, multikey } of entries) {
      multikey.forEach((isMultikey, at) => {
        if (!isMultikey || index.multikey[at]) return;
        index.multikey[at] = true;
        changed = true;
      });
      if (!index.hasLongKeys && keys.some(isLong)) {
        index.hasLongKeys = true;
        changed = true;
      }
    }
    if (changed && save) this.catalog.save(collection);
  }

  /** Stored field values of an entry and its record, for walks that need no document. */
  static parts(key: Buffer): { fields: Buffer; record: number } {
    return { fields: fieldsOf(key), record: recordOf(key) };
  }
}

interface NewEntries {
  index: IndexSpec;
  keys: Buffer[];
  multikey: boolean[];
}

const nothing = Buffer.alloc(0);

function checkedBytes(document: Document, encoded?: Buffer): Buffer {
  checkDepth(document, 0);
  const bytes = encoded ?? encode(document);
  if (bytes.length > maxDocumentBytes) {
    throw new CommandError(
      10334,
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${maxDocumentBytes}`,
    );
  }
  return bytes;
}

function checkDepth(value: unknown, level: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (level > maxNestedLevels) throw new CommandError(15, 'the document is nested too deeply');
  if (Array.isArray(value)) for (const element of value) checkDepth(element, level + 1);
  else if (
    (value as Document)._bsontype === undefined &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  ) {
    for (const name of Object.keys(value)) checkDepth((value as Document)[name], level + 1);
  }
}

function duplicateKey(collection: CollectionSpec, index: IndexSpec, document: Document): CommandError {
  const keyValue: Document = {};
  for (const { path, parts } of index.fields) keyValue[path] = valueForMessage(document, parts);
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${JSON.stringify(value)}`);
  return new CommandError(
    11000,
    `E11000 duplicate key error collection: ${collection.db}.${collection.name} index: ${index.shown.name} dup key: { ${shown.join(', ')} }`,
    { keyPattern: index.shown.key, keyValue },
  );
}

function valueForMessage(document: Document, parts: string[]): unknown {
  let at: unknown = document;
  for (const name of parts) at = (at as Document | undefined | null)?.[name];
  return at ?? null;
}
