/**
 * The databases, collections and indexes that exist, and the ids their keys begin with. Stored in the catalog table
 * and mirrored in memory; after an undone transaction the mirror is read again.
 */
import { randomUUID } from 'node:crypto';
import { type Document, UUID } from 'bson';
import { CommandError } from '../errors.ts';
import { type KeyField, keyFields } from '../keys/indexKey.ts';
import { compileFilter, type Matcher } from '../query/match.ts';
import { decode, encode } from './bsonCodec.ts';
import { put, type StoreDatabase } from './database.ts';

export interface IndexSpec {
  id: number;
  /** As listIndexes shows it: v, key, name and options. */
  shown: Document & { key: Document; name: string };
  fields: KeyField[];
  unique: boolean;
  sparse: boolean;
  partialFilter: Document | undefined;
  inPartialFilter: Matcher;
  /** Top-level fields that decide a document's entries; null when any field may. */
  dependsOn: ReadonlySet<string> | null;
  expireAfterSeconds: number | undefined;
  /** Per field: whether any document ever reached it through an array. Persisted, never reset. */
  multikey: boolean[];
  /** Whether any entry was ever cut (see byteKeys.isLong): such an index gives no order. */
  hasLongKeys: boolean;
}

export interface CollectionSpec {
  id: number;
  db: string;
  name: string;
  uuid: string;
  options: Document;
  indexes: IndexSpec[];
  /** The next record number; undefined until first needed. */
  nextRecord: number | undefined;
  /** The number of documents; undefined until first counted. */
  count: number | undefined;
}

export class Catalog {
  private readonly database: StoreDatabase;
  private collections = new Map<string, CollectionSpec>();
  private nextId = 1;

  constructor(database: StoreDatabase) {
    this.database = database;
    this.reload();
  }

  /** Reads everything from the table again. */
  reload(): void {
    this.collections = new Map();
    this.nextId = 1;
    for (const { key, value } of this.database.catalog.getRange({ snapshot: false })) {
      const name = (key as Buffer).toString('utf8');
      const stored = decode(value);
      if (name === idsKey) this.nextId = stored.nextId as number;
      else {
        const collection = fromStored(stored);
        this.collections.set(namespace(collection.db, collection.name), collection);
      }
    }
  }

  find(db: string, name: string): CollectionSpec | undefined {
    return this.collections.get(namespace(db, name));
  }

  list(db?: string): CollectionSpec[] {
    const all = [...this.collections.values()];
    return db === undefined ? all : all.filter((collection) => collection.db === db);
  }

  /** The methods below also change the table: call them only inside a transaction. */
  create(db: string, name: string, options: Document = {}): CollectionSpec {
    checkName(db, name);
    const collection: CollectionSpec = {
      id: this.allocateId(),
      db,
      name,
      uuid: randomUUID(),
      options,
      indexes: [],
      nextRecord: 0,
      count: 0,
    };
    collection.indexes.push(this.newIndex({ v: 2, key: { _id: 1 }, name: '_id_' }));
    this.collections.set(namespace(db, name), collection);
    this.save(collection);
    return collection;
  }

  newIndex(shown: Document & { key: Document; name: string }): IndexSpec {
    return indexFrom({ id: this.allocateId(), shown, multikey: [], hasLongKeys: false });
  }

  save(collection: CollectionSpec): void {
    put(this.database.catalog, catalogKey(collection), encode(toStored(collection)));
  }

  remove(collection: CollectionSpec): void {
    this.collections.delete(namespace(collection.db, collection.name));
    this.database.catalog.removeSync(catalogKey(collection));
  }

  private allocateId(): number {
    const id = this.nextId++;
    put(this.database.catalog, Buffer.from(idsKey), encode({ nextId: this.nextId }));
    return id;
  }
}

const idsKey = 'ids';
const namespace = (db: string, name: string) => `${db}.${name}`;
const catalogKey = ({ id }: CollectionSpec) => Buffer.from(`collection ${id}`);

function checkName(db: string, name: string): void {
  const isBad =
    name === '' || name.includes('$') || name.includes('\0') || name.startsWith('.') || name.endsWith('.');
  if (isBad || db === '' || /[/\\. "$\0]/.test(db) || name.startsWith('system.')) {
    throw new CommandError(73, `Invalid namespace specified '${db}.${name}'`);
  }
}

function indexFrom(stored: {
  id: number;
  shown: Document & { key: Document; name: string };
  multikey: boolean[];
  hasLongKeys: boolean;
}): IndexSpec {
  const { shown } = stored;
  const fields = keyFields(shown.key);
  const partialFilter = shown.partialFilterExpression as Document | undefined;
  return {
    id: stored.id,
    shown,
    fields,
    unique: shown.unique === true || shown.name === '_id_',
    sparse: shown.sparse === true,
    partialFilter,
    inPartialFilter: partialFilter === undefined ? () => true : compileFilter(partialFilter),
    dependsOn: dependsOn(fields, partialFilter),
    expireAfterSeconds: shown.expireAfterSeconds === undefined ? undefined : Number(shown.expireAfterSeconds),
    multikey: fields.map((_, at) => stored.multikey[at] ?? false),
    hasLongKeys: stored.hasLongKeys,
  };
}

function dependsOn(fields: KeyField[], partialFilter: Document | undefined): ReadonlySet<string> | null {
  const paths = [...fields.map(({ path }) => path), ...Object.keys(partialFilter ?? {})];
  // An operator at the top of the filter names its fields deeper inside.
  return paths.some((path) => path.startsWith('$'))
    ? null
    : new Set(paths.map((path) => path.split('.')[0]!));
}

function toStored(collection: CollectionSpec): Document {
  const { id, db, name, uuid, options, indexes } = collection;
  return {
    id,
    db,
    name,
    uuid,
    options,
    indexes: indexes.map(({ id: indexId, shown, multikey, hasLongKeys }) => ({
      id: indexId,
      shown,
      multikey,
      hasLongKeys,
    })),
  };
}

function fromStored(stored: Document): CollectionSpec {
  return {
    id: stored.id as number,
    db: stored.db as string,
    name: stored.name as string,
    uuid: stored.uuid as string,
    options: stored.options as Document,
    indexes: (stored.indexes as Parameters<typeof indexFrom>[0][]).map(indexFrom),
    nextRecord: undefined,
    count: undefined,
  };
}

export const shownUuid = (collection: CollectionSpec) => new UUID(collection.uuid).toBinary();
