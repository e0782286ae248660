/** Creates, lists and drops indexes. An index that cannot be filled is not created. */
import type { Document } from 'bson';
import { badValue, CommandError, notSupported } from '../errors.ts';
import { isDocument, isNumeric, sameValue } from '../keys/valueKey.ts';
import { type FilterNode, parseFilter } from '../query/filter.ts';
import { encode } from '../storage/bsonCodec.ts';
import type { CollectionSpec, IndexSpec } from '../storage/catalog.ts';
import { UndoTransaction } from '../storage/writer.ts';
import {
  collectionName,
  documentField,
  findCollection,
  type Handler,
  numberField,
  writeInTime,
} from './command.ts';
import { collectionForWriting } from './write.ts';

const missing = (db: string, name: string) => new CommandError(26, `ns not found: ${db}.${name}`);

const knownIndexOptions = new Set([
  'v',
  'key',
  'name',
  'ns',
  'unique',
  'sparse',
  'background',
  'partialFilterExpression',
  'expireAfterSeconds',
  'hidden',
]);

const createIndexes: Handler = (store, command) => {
  const name = collectionName(command);
  const wanted = command.body.indexes as unknown;
  if (!Array.isArray(wanted) || wanted.length === 0)
    throw badValue('Must specify at least one index to create');
  const specs = wanted.map(checkedIndex);
  return writeInTime(store, command, () => {
    const existing = store.catalog.find(command.db, name);
    const collection = existing ?? collectionForWriting(store, command.db, name);
    const before = collection.indexes.length;
    for (const spec of specs) {
      if (findSame(collection, spec) !== undefined) continue;
      const index = store.catalog.newIndex(spec);
      try {
        store.records.addIndex(collection, index, () => command.limit?.pass());
      } catch (error) {
        // The entries built so far must not stay.
        throw new UndoTransaction(error);
      }
    }
    return {
      numIndexesBefore: before,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically: existing === undefined,
      ...(before === collection.indexes.length ? { note: 'all indexes already exist' } : {}),
      ok: 1,
    };
  });
};

function checkedIndex(spec: unknown): Document & { key: Document; name: string } {
  if (!isDocument(spec) || !isDocument(spec.key) || Object.keys(spec.key).length === 0) {
    throw new CommandError(67, 'Index keys cannot be empty.');
  }
  if (typeof spec.name !== 'string' || spec.name === '')
    throw new CommandError(9, `The 'name' field is a required property of an index specification`);
  for (const [path, direction] of Object.entries(spec.key)) checkIndexField(path, direction);
  for (const option of Object.keys(spec)) {
    if (
      knownIndexOptions.has(option) ||
      (option === 'collation' && (spec.collation as Document | null)?.locale === 'simple')
    )
      continue;
    throw new CommandError(
      197,
      `The field '${option}' is not valid for an index specification. Specification: ${JSON.stringify(spec)}`,
    );
  }
  const { ns: _ns, background: _background, v: _v, ...rest } = spec;
  const { key, name, ...options } = rest as Document & { key: Document; name: string };
  if (options.partialFilterExpression !== undefined) checkPartialFilter(options.partialFilterExpression);
  if (options.expireAfterSeconds !== undefined) checkExpiry(key, options.expireAfterSeconds);
  return { v: 2, key, name, ...options };
}

/** https://www.mongodb.com/docs/manual/core/index-partial/ */
const partialOperators = new Set(['eq', 'gt', 'gte', 'lt', 'lte', 'in', 'exists', 'type']);
const maxPartialDepth = 5;

function checkPartialFilter(filter: unknown): void {
  if (!isDocument(filter))
    throw new CommandError(14, `The field 'partialFilterExpression' must be an object`);
  const refuse = (what: string) => new CommandError(67, `unsupported expression in partial index: ${what}`);
  const check = (node: FilterNode, depth: number): void => {
    if (depth > maxPartialDepth)
      throw new CommandError(67, `partialFilterExpression depth may not exceed ${maxPartialDepth}`);
    switch (node.kind) {
      case 'and':
      case 'or':
        for (const each of node.nodes) check(each, depth + 1);
        return;
      case 'field': {
        const { op } = node.test;
        const hasPattern = op === 'in' && node.test.patterns.length > 0;
        if (!partialOperators.has(op) || hasPattern)
          throw refuse(`${node.path}: ${hasPattern ? 'regex' : op}`);
        return;
      }
      case 'expression':
        throw new CommandError(224, '$expr is not allowed in this context');
      default:
        throw refuse(node.kind);
    }
  };
  check(parseFilter(filter), 1);
}

function checkIndexField(path: string, direction: unknown): void {
  if (direction === 'text' || direction === '2dsphere' || direction === '2d' || direction === 'hashed') {
    throw notSupported(`an index of type ${direction} is not supported by the embedded store`);
  }
  if (!isNumeric(direction) || Number(direction) === 0 || Number.isNaN(Number(direction))) {
    throw new CommandError(
      67,
      `Values in v:2 index key pattern must be numbers above or below 0, or strings. Got ${String(direction)}`,
    );
  }
  if (path === '' || path.startsWith('.') || path.endsWith('.') || path.includes('..')) {
    throw new CommandError(67, 'Index keys cannot contain an empty field.');
  }
  if (path.startsWith('$') || path.includes('$**'))
    throw new CommandError(67, `Index key contains an illegal field name: ${path}`);
}

function checkExpiry(key: Document, seconds: unknown): void {
  if (!isNumeric(seconds) || Number(seconds) < 0 || Number(seconds) > 2_147_483_647) {
    throw new CommandError(67, 'TTL index expireAfterSeconds must be a number within 0 and 2147483647');
  }
  if (Object.keys(key).length !== 1)
    throw new CommandError(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL.');
}

/** True when the same index exists; a different one with the same name or keys is a conflict. */
function findSame(
  collection: CollectionSpec,
  wanted: Document & { key: Document; name: string },
): IndexSpec | undefined {
  for (const index of collection.indexes) {
    const { shown } = index;
    const sameKey = sameValue(shown.key, wanted.key);
    if (sameKey && Object.keys(shown.key).join() === '_id') return index;
    const sameOptions = sameValue(optionsOf(shown), optionsOf(wanted));
    if (shown.name === wanted.name) {
      if (sameKey && sameOptions) return index;
      throw new CommandError(
        sameKey ? 85 : 86,
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${JSON.stringify(wanted)}, existing index: ${JSON.stringify(shown)}`,
      );
    }
    if (sameKey && sameValue(shown.partialFilterExpression ?? null, wanted.partialFilterExpression ?? null)) {
      throw new CommandError(
        85,
        sameOptions
          ? `Index already exists with a different name: ${shown.name}`
          : `Index with pattern: ${JSON.stringify(wanted.key)} already exists with different options`,
      );
    }
  }
  return undefined;
}

function optionsOf({ unique, sparse, partialFilterExpression, expireAfterSeconds }: Document): Document {
  return {
    unique: unique === true,
    sparse: sparse === true,
    partialFilterExpression: (partialFilterExpression as unknown) ?? null,
    expireAfterSeconds: (expireAfterSeconds as unknown) ?? null,
  };
}

const listIndexes: Handler = (store, command) => {
  const collection = findCollection(store, command);
  const name = collectionName(command);
  if (collection === undefined) throw missing(command.db, name);
  const batchSize = numberField(documentField(command.body, 'cursor'), 'batchSize');
  return store.cursors.start(
    `${command.db}.${name}`,
    collection.indexes.map(({ shown }) => encode(shown)),
    batchSize,
  );
};

const dropIndexes: Handler = (store, command) => {
  const name = collectionName(command);
  const wanted = command.body.index as unknown;
  return writeInTime(store, command, () => {
    const collection = store.catalog.find(command.db, name);
    if (collection === undefined) throw missing(command.db, name);
    const before = collection.indexes.length;
    const dropped = indexesToDrop(collection, wanted);
    for (const index of dropped) store.records.removeIndex(collection, index);
    return { nIndexesWas: before, ok: 1 };
  });
};

function indexesToDrop(collection: CollectionSpec, wanted: unknown): IndexSpec[] {
  const droppable = collection.indexes.filter(({ shown }) => shown.name !== '_id_');
  if (wanted === '*') return droppable;
  return (Array.isArray(wanted) ? wanted : [wanted]).map((each: unknown) => {
    if (each === '_id_' || sameValue(each, { _id: 1 })) throw new CommandError(72, 'cannot drop _id index');
    const found = droppable.find(({ shown }) =>
      typeof each === 'string' ? shown.name === each : sameValue(shown.key, each),
    );
    if (found !== undefined) return found;
    const described = typeof each === 'string' ? `with name [${each}]` : `with key ${JSON.stringify(each)}`;
    throw new CommandError(27, `index not found ${described}`);
  });
}

export const indexCommands: Record<string, Handler> = {
  createIndexes,
  listIndexes,
  dropIndexes,
  deleteIndexes: dropIndexes,
};
