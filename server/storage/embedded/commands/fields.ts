/**
 * The fields that each command and each of its parts may have, as on a server: an unknown one is refused, so that a
 * mistyped option fails here too. Options that the store does not have are refused by name.
 * Fields: the .idl files of github.com/mongodb/mongo, read 2026-11-29.
 */
import type { Document } from 'bson';
import { CommandError, notSupported } from '../errors.ts';

const words = (text: string) => new Set(text.split(/\s+/));

/** Arguments that every command accepts. */
const generic = words(
  `$db $readPreference $clusterTime $client $audit $configTime $topologyTime $queryOptions apiVersion apiStrict
   apiDeprecationErrors maxTimeMS maxTimeMSOpOnly readConcern writeConcern lsid txnNumber txnRetryCounter autocommit
   startTransaction stmtId comment clientOperationKey rawData`,
);

const accepted: Record<string, ReadonlySet<string>> = {
  find: words(
    `find filter projection sort hint collation skip limit batchSize singleBatch allowDiskUse noCursorTimeout
     allowPartialResults let tailable awaitData oplogReplay`,
  ),
  getMore: words('getMore collection batchSize'),
  killCursors: words('killCursors cursors'),
  aggregate: words(
    'aggregate pipeline cursor explain allowDiskUse hint collation let bypassDocumentValidation',
  ),
  count: words('count query limit skip hint collation fields'),
  distinct: words('distinct key query hint collation'),
  insert: words('insert documents ordered bypassDocumentValidation stmtIds'),
  update: words('update updates ordered bypassDocumentValidation let stmtIds'),
  delete: words('delete deletes ordered bypassDocumentValidation let stmtIds'),
  bulkWrite: words('bulkWrite ops nsInfo ordered bypassDocumentValidation let cursor errorsOnly stmtIds'),
  findAndModify: words(
    `findAndModify findandmodify query sort remove update new fields upsert arrayFilters hint collation let
     bypassDocumentValidation`,
  ),
  create: words('create capped timeseries viewOn validator collation idIndex'),
  drop: words('drop'),
  dropDatabase: words('dropDatabase'),
  listCollections: words('listCollections filter nameOnly authorizedCollections cursor'),
  listDatabases: words('listDatabases filter nameOnly authorizedDatabases'),
  createIndexes: words('createIndexes indexes commitQuorum ignoreUnknownIndexOptions v'),
  listIndexes: words('listIndexes cursor includeBuildUUIDs includeIndexBuildInfo'),
  dropIndexes: words('dropIndexes deleteIndexes index'),
  explain: words('explain verbosity'),
  'update.updates': words('q u c arrayFilters hint multi upsert collation sort'),
  'delete.deletes': words('q limit hint collation'),
  'bulkWrite.insert': words('insert document'),
  'bulkWrite.update': words(
    'update filter updateMods multi upsert arrayFilters hint constants collation sort',
  ),
  'bulkWrite.delete': words('delete filter multi hint collation'),
};
accepted.findandmodify = accepted.findAndModify!;
accepted.deleteIndexes = accepted.dropIndexes!;

/** A server has them; here their effect would be missing. */
const absent: Record<string, ReadonlySet<string>> = {
  find: words('min max returnKey showRecordId collectionUUID readOnce $_requestResumeToken $_resumeAfter'),
  'update.updates': words('upsertSupplied'),
  'bulkWrite.update': words('upsertSupplied'),
  aggregate: words('collectionUUID exchange $_requestResumeToken $_resumeAfter'),
  create: words(
    `size max autoIndexId storageEngine validationLevel validationAction indexOptionDefaults pipeline
     clusteredIndex expireAfterSeconds changeStreamPreAndPostImages encryptedFields`,
  ),
};

/** @param name the command, or the command and its list: `update.updates`. */
export function checkFields(name: string, document: Document): void {
  const known = accepted[name];
  if (known === undefined) return;
  for (const field in document) {
    if (known.has(field) || generic.has(field)) continue;
    if (absent[name]?.has(field) === true) {
      const value = document[field] as unknown;
      if (value === undefined || value === null || value === false) continue;
      throw notSupported(`${name} with ${field} is not supported by the embedded store`);
    }
    throw new CommandError(40415, `BSON field '${name}.${field}' is an unknown field.`);
  }
}

/** @throws CommandError when the part of a command lacks one of these fields. */
export function requireFields(name: string, document: Document, fields: readonly string[]): void {
  for (const field of fields) {
    if (document[field] === undefined) {
      throw new CommandError(40414, `BSON field '${name}.${field}' is missing but a required field`);
    }
  }
}
