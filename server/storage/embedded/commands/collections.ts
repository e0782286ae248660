/** Creates, lists, measures and drops collections and databases. */
import { CommandError, notSupported } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import { encode } from '../storage/bsonCodec.ts';
import { type CollectionSpec, shownUuid } from '../storage/catalog.ts';
import {
  collectionName,
  documentField,
  findCollection,
  type Handler,
  numberField,
  type Store,
  writeInTime,
} from './command.ts';

const create: Handler = (store, command) => {
  const name = collectionName(command);
  for (const option of ['capped', 'timeseries', 'viewOn', 'validator', 'collation']) {
    if (command.body[option] !== undefined && command.body[option] !== false) {
      throw notSupported(`create with ${option} is not supported by the embedded store`);
    }
  }
  return writeInTime(store, command, () => {
    if (store.catalog.find(command.db, name) === undefined) store.catalog.create(command.db, name);
    else throw new CommandError(48, `Collection ${command.db}.${name} already exists.`);
    return { ok: 1 };
  });
};

const drop: Handler = (store, command) => {
  const name = collectionName(command);
  return writeInTime(store, command, () => {
    const collection = store.catalog.find(command.db, name);
    if (collection === undefined) return { ok: 1 };
    dropCollection(store, collection);
    return { nIndexesWas: collection.indexes.length, ns: `${command.db}.${name}`, ok: 1 };
  });
};

function dropCollection(store: Store, collection: CollectionSpec): void {
  store.records.removeAll(collection);
  store.catalog.remove(collection);
  store.cursors.killNamespace(`${collection.db}.${collection.name}`);
}

const dropDatabase: Handler = (store, command) =>
  writeInTime(store, command, () => {
    for (const collection of store.catalog.list(command.db)) dropCollection(store, collection);
    return { dropped: command.db, ok: 1 };
  });

const listCollections: Handler = (store, { body, db }) => {
  const matches = compileFilter(documentField(body, 'filter'));
  const shown = store.catalog
    .list(db)
    .map((collection) => ({
      name: collection.name,
      type: 'collection',
      ...(body.nameOnly === true
        ? {}
        : {
            options: collection.options,
            info: { readOnly: false, uuid: shownUuid(collection) },
            idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
          }),
    }))
    .filter(matches)
    .map(encode);
  const batchSize = numberField(documentField(body, 'cursor'), 'batchSize');
  return store.cursors.start(`${db}.$cmd.listCollections`, shown, batchSize ?? shown.length + 1);
};

const listDatabases: Handler = (store, { body }) => {
  const matches = compileFilter(documentField(body, 'filter'));
  const names = [...new Set(store.catalog.list().map(({ db }) => db))].sort();
  const databases = names
    .map((name) => ({ name, sizeOnDisk: store.database.sizeBytes(), empty: false }))
    .filter(matches);
  const shown = body.nameOnly === true ? databases.map(({ name }) => ({ name })) : databases;
  return { databases: shown, totalSize: store.database.sizeBytes(), ok: 1 };
};

const dbStats: Handler = (store, { db }) => {
  const collections = store.catalog.list(db);
  return {
    db,
    collections: collections.length,
    objects: collections.reduce((sum, collection) => sum + store.records.count(collection), 0),
    indexes: collections.reduce((sum, { indexes }) => sum + indexes.length, 0),
    storageSize: store.database.sizeBytes(),
    ok: 1,
  };
};

const collStats: Handler = (store, command) => {
  const collection = findCollection(store, command);
  return {
    ns: `${command.db}.${collectionName(command)}`,
    count: collection === undefined ? 0 : store.records.count(collection),
    nindexes: collection?.indexes.length ?? 0,
    ok: 1,
  };
};

export const collectionCommands: Record<string, Handler> = {
  create,
  drop,
  dropDatabase,
  listCollections,
  listDatabases,
  dbStats,
  collStats,
  collMod: () => {
    throw notSupported('collMod is not supported by the embedded store');
  },
};
