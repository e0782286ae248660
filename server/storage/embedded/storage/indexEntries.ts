/**
 * The entries of documents in indexes: computes them, checks unique ones, adds and removes them. Checking changes
 * nothing; the rest runs only inside a transaction.
 */
import { calculateObjectSize, type Document } from 'bson';
import { CommandError } from '../errors.ts';
import { indexKeys } from '../keys/indexKey.ts';
import { entryKey, exactEntries, hasKey, idRange, isLong, recordOf, walkKeys } from './byteKeys.ts';
import type { Catalog, CollectionSpec, IndexSpec } from './catalog.ts';
import { put, type StoreDatabase } from './database.ts';

/** The entries of one document in one index. */
export interface Entries {
  index: IndexSpec;
  keys: Buffer[];
  multikey: boolean[];
}

const nothing = Buffer.alloc(0);

export class IndexEntries {
  private readonly database: StoreDatabase;
  private readonly catalog: Catalog;

  constructor(database: StoreDatabase, catalog: Catalog) {
    this.database = database;
    this.catalog = catalog;
  }

  /** The entries of a document in every index; throws 11000 when another record has the same unique entry. */
  check(collection: CollectionSpec, document: Document, self?: number): Entries[] {
    return collection.indexes.map((index) => this.checkOne(collection, index, document, self));
  }

  checkOne(collection: CollectionSpec, index: IndexSpec, document: Document, self?: number): Entries {
    const entries = entriesOf(index, document);
    if (index.unique && entries.keys.some((key) => this.isTaken(index, key, self))) {
      throw duplicateKey(collection, index, document);
    }
    return entries;
  }

  put(collection: CollectionSpec, entries: Entries[], record: number): void {
    for (const { index, keys } of entries) {
      for (const key of keys) put(this.database.entries, entryKey(index.id, key, record), nothing);
    }
    if (noteKinds(entries)) this.catalog.save(collection);
  }

  /** Changes only entries that differ. `before` and `entries` have the same indexes in the same order. */
  replace(collection: CollectionSpec, before: Entries[], entries: Entries[], record: number): void {
    for (const [at, { index, keys }] of entries.entries()) {
      const added = new Map(keys.map((key) => [key.toString('latin1'), key]));
      for (const old of before[at]!.keys) {
        if (!added.delete(old.toString('latin1'))) {
          this.database.entries.removeSync(entryKey(index.id, old, record));
        }
      }
      for (const key of added.values()) put(this.database.entries, entryKey(index.id, key, record), nothing);
    }
    if (noteKinds(entries)) this.catalog.save(collection);
  }

  remove(collection: CollectionSpec, document: Document, record: number): void {
    for (const index of collection.indexes) {
      for (const key of entriesOf(index, document).keys) {
        this.database.entries.removeSync(entryKey(index.id, key, record));
      }
    }
  }

  removeAll(index: IndexSpec): void {
    for (const key of walkKeys(this.database.entries, idRange(index.id)))
      this.database.entries.removeSync(key);
  }

  private isTaken(index: IndexSpec, fields: Buffer, self: number | undefined): boolean {
    const range = exactEntries(index.id, fields);
    if (self === undefined) return hasKey(this.database.entries, range);
    for (const key of walkKeys(this.database.entries, range)) {
      if (recordOf(key) !== self) return true;
    }
    return false;
  }
}

export function entriesOf(index: IndexSpec, document: Document): Entries {
  const none: Entries = { index, keys: [], multikey: [] };
  if (!index.inPartialFilter(document)) return none;
  const { keys, hasAny, multikey } = indexKeys(index.fields, document);
  return index.sparse && !hasAny ? none : { index, keys, multikey };
}

/** Records in the index that it has an array or a long value; true when that was not recorded before. */
function noteKinds(entries: Entries[]): boolean {
  let hasChanged = false;
  for (const { index, keys, multikey } of entries) {
    multikey.forEach((isMultikey, at) => {
      if (!isMultikey || index.multikey[at]) return;
      index.multikey[at] = true;
      hasChanged = true;
    });
    if (!index.hasLongKeys && keys.some(isLong)) {
      index.hasLongKeys = true;
      hasChanged = true;
    }
  }
  return hasChanged;
}

function duplicateKey(collection: CollectionSpec, index: IndexSpec, document: Document): CommandError {
  const keyValue: Document = {};
  for (const { path, parts } of index.fields) keyValue[path] = valueForMessage(document, parts);
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${shortText(value)}`);
  const namespace = `${collection.db}.${collection.name}`;
  const message = `E11000 duplicate key error collection: ${namespace} index: ${index.shown.name} dup key: { ${shown.join(', ')} }`;
  const isShort = calculateObjectSize(keyValue) <= maxShownBytes;
  return new CommandError(11000, message, { keyPattern: index.shown.key, ...(isShort ? { keyValue } : {}) });
}

/** A refusal names the key; it must not be as large as the document. */
const maxShownBytes = 16 * 1024;
const maxShownChars = 1000;

function shortText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= maxShownChars ? text : `${text.slice(0, maxShownChars)}…`;
}

function valueForMessage(document: Document, parts: string[]): unknown {
  let at: unknown = document;
  for (const name of parts) at = (at as Document | undefined | null)?.[name];
  return at ?? null;
}
