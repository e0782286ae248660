/** insert, update and delete: each document is its own step; errors carry the index in the command. */
import { calculateObjectSize, type Document, ObjectId } from 'bson';
import { letVariables } from '../aggregate/expression.ts';
import { badValue, CommandError, failedToParse, typeMismatch } from '../errors.ts';
import { isDocument, rankOf, typeRank } from '../keys/valueKey.ts';
import { type MatchedRecord, prepareQuery } from '../query/execute.ts';
import { parseFilter } from '../query/filter.ts';
import type { TimeLimit } from '../query/timeLimit.ts';
import { decodeExactly, encode } from '../storage/bsonCodec.ts';
import type { CollectionSpec } from '../storage/catalog.ts';
import { checkNesting } from '../storage/nesting.ts';
import { type PreparedUpdate, prepareUpdate } from '../update/update.ts';
import {
  type Command,
  collectionName,
  type Handler,
  refuseCollation,
  type Store,
  writeInTime,
} from './command.ts';
import { checkFields, requireFields } from './fields.ts';

/** The parts of a write command, from the body or from a document sequence. */
export function parts(command: Command, field: string): Document[] {
  const beside = command.sequences.get(field);
  if (beside !== undefined) return beside.map(decodeExactly);
  const list = command.body[field] as unknown;
  if (!Array.isArray(list)) throw badValue(`${command.name} needs an array '${field}'`);
  return list as Document[];
}

export function collectionForWriting(store: Store, db: string, name: string): CollectionSpec {
  return store.catalog.find(db, name) ?? store.catalog.create(db, name);
}

/** As on a server, messages are left out past 1 MiB, so that a reply full of refusals is not too large to send. */
const maxRefusalBytes = 1024 * 1024;

/** The refused parts of one command. */
export class Refusals {
  count = 0;
  private bytes = 0;

  describe({ code, message, extra }: CommandError): Document {
    this.count++;
    const refusal = { code, errmsg: message, ...extra };
    this.bytes += calculateObjectSize(refusal);
    if (this.bytes <= maxRefusalBytes) return refusal;
    const { keyPattern } = extra as { keyPattern?: Document };
    return { code, errmsg: '', ...(keyPattern === undefined ? {} : { keyPattern }) };
  }
}

/** Ends its whole command; the documents before it stay. */
export const timeExceeded = 50;

interface Tally {
  reply: Document;
  errors: Document[];
}

/** Runs each part. A refused one is reported by its index, and ends the run when the command is ordered. */
function runParts<T>(
  list: T[],
  isOrdered: boolean,
  tally: Tally,
  run: (part: T, index: number) => void,
): Document {
  const refusals = new Refusals();
  for (const [index, part] of list.entries()) {
    try {
      run(part, index);
    } catch (error) {
      if (!(error instanceof CommandError) || error.code === timeExceeded) throw error;
      tally.errors.push({ index, ...refusals.describe(error) });
      if (isOrdered) break;
    }
  }
  return { ...tally.reply, ...(tally.errors.length > 0 ? { writeErrors: tally.errors } : {}), ok: 1 };
}

const insert: Handler = (store, command) => {
  const documents = parts(command, 'documents');
  const raw = command.sequences.get('documents');
  const name = collectionName(command);
  if (documents.length === 0)
    throw new CommandError(16, 'Write batch sizes must be between 1 and 100000. Got 0 operations.');
  const reply: Document = { n: 0 };
  return writeInTime(store, command, () => {
    reply.n = 0;
    return runParts(documents, command.body.ordered !== false, { reply, errors: [] }, (document, index) => {
      insertOne(store, command.db, name, document, raw?.[index]);
      reply.n++;
    });
  });
};

/** @param raw the document's bytes, if they are available. */
export function insertOne(store: Store, db: string, name: string, document: Document, raw?: Buffer): void {
  const collection = collectionForWriting(store, db, name);
  const withId = idFirst(document);
  checkId(withId._id);
  store.records.insert(collection, withId, withId === document ? raw : undefined);
}

function idFirst(document: Document): Document {
  if (!isDocument(document)) throw new CommandError(14, 'a document to insert must be an object');
  if (Object.keys(document)[0] === '_id') return document;
  const { _id = new ObjectId(), ...rest } = document;
  return { _id, ...rest };
}

function checkId(id: unknown): void {
  const rank = rankOf(id);
  if (rank === typeRank.array) throw new CommandError(53, "The '_id' value cannot be of type array");
  if (rank === typeRank.regex) throw new CommandError(53, "The '_id' value cannot be of type regex");
  if (id === undefined) throw new CommandError(53, "The '_id' value cannot be of type undefined");
}

export interface UpdatePart {
  q: Document;
  u: Document | Document[];
  multi?: boolean;
  upsert?: boolean;
  arrayFilters?: Document[];
  hint?: unknown;
  sort?: Document;
  c?: Document;
}

const update: Handler = (store, command) => {
  const updates = parts(command, 'updates') as unknown as UpdatePart[];
  const name = collectionName(command);
  for (const part of updates) checkUpdatePart(part as unknown as Document);
  const constants = letVariables(command.body.let);
  return writeInTime(store, command, () => {
    const reply: Document = { n: 0, nModified: 0 };
    const upserted: Document[] = [];
    const result = runParts(updates, command.body.ordered !== false, { reply, errors: [] }, (part, index) => {
      if (part.c !== undefined && !Array.isArray(part.u))
        throw new CommandError(51198, 'Constant values may only be specified for pipeline updates');
      const run = { variables: { ...constants, ...part.c }, timeLimit: command.limit };
      const done = updateMatching(store, command.db, name, part, run);
      reply.n += done.matched;
      reply.nModified += done.modified;
      if (done.upsertedId !== undefined) {
        reply.n++;
        upserted.push({ index, _id: done.upsertedId });
      }
    });
    return upserted.length > 0 ? { ...result, upserted } : result;
  });
};

function checkUpdatePart(part: Document): void {
  checkFields('update.updates', part);
  requireFields('update.updates', part, ['q', 'u']);
  for (const flag of ['multi', 'upsert']) {
    if (part[flag] !== undefined && part[flag] !== null && typeof part[flag] !== 'boolean')
      throw typeMismatch(`BSON field 'update.updates.${flag}' is the wrong type, expected type 'bool'`);
  }
  if (part.multi === true && part.sort !== undefined)
    throw failedToParse('Cannot specify sort with multi=true');
}

/** What the queries of a write may use. */
export interface WriteRun {
  variables: Document;
  timeLimit: TimeLimit | undefined;
}

interface UpdateDone {
  matched: number;
  modified: number;
  upsertedId: unknown;
}

export function updateMatching(
  store: Store,
  db: string,
  name: string,
  part: UpdatePart,
  { variables, timeLimit }: WriteRun,
): UpdateDone {
  refuseCollation(part as unknown as Document);
  if (!isDocument(part.q)) throw badValue('an update needs a query');
  const filter = parseFilter(part.q);
  const prepared = prepareUpdate({
    filter,
    update: part.u,
    arrayFilters: part.arrayFilters,
    variables,
  });
  if (part.multi === true && prepared.isReplacement) {
    throw new CommandError(9, 'multi update is not supported for replacement-style update');
  }
  const collection =
    store.catalog.find(db, name) ?? (part.upsert === true ? store.catalog.create(db, name) : undefined);
  if (collection === undefined) return { matched: 0, modified: 0, upsertedId: undefined };
  const request = {
    filter: part.q,
    sort: part.sort,
    hint: part.hint,
    limit: part.multi === true ? undefined : 1,
    variables,
    isForChange: true,
    timeLimit,
  };
  const query = prepareQuery(store, collection, request, filter);
  // Find all before changing the first: a changed document must not appear in the walk again.
  const found = [...query.run()];
  if (found.length === 0 && part.upsert === true) {
    return { matched: 0, modified: 0, upsertedId: insertUpsert(store, collection, prepared)._id };
  }
  let modified = 0;
  for (const each of found) if (changeFound(store, collection, each, prepared).isModified) modified++;
  return { matched: found.length, modified, upsertedId: undefined };
}

export function insertUpsert(store: Store, collection: CollectionSpec, prepared: PreparedUpdate): Document {
  const document = prepared.insertion();
  checkId(document._id);
  store.records.insert(collection, document);
  return document;
}

export function changeFound(
  store: Store,
  collection: CollectionSpec,
  found: MatchedRecord,
  prepared: PreparedUpdate,
): { isModified: boolean; after: Document } {
  const { exactDocument } = found;
  // Must come before the change, which is in place.
  const entries = store.records.entriesThatMayChange(collection, found.document, prepared.touches);
  const after = prepared.apply(exactDocument, false);
  if (prepared.mayNestDeeply) checkNesting(after);
  const bytes = encode(after);
  if (bytes.equals(found.bytes)) return { isModified: false, after };
  store.records.replace(collection, { record: found.record, entries }, after, bytes);
  return { isModified: true, after };
}

export interface DeletePart {
  q: Document;
  limit?: unknown;
  hint?: unknown;
  collation?: unknown;
}

const remove: Handler = (store, command) => {
  const deletes = parts(command, 'deletes') as unknown as DeletePart[];
  const name = collectionName(command);
  for (const part of deletes) checkDeletePart(part as unknown as Document);
  const run = { variables: letVariables(command.body.let), timeLimit: command.limit };
  return writeInTime(store, command, () => {
    const reply: Document = { n: 0 };
    return runParts(deletes, command.body.ordered !== false, { reply, errors: [] }, (part) => {
      reply.n += deleteMatching(store, command.db, name, part, run);
    });
  });
};

function checkDeletePart(part: Document): void {
  checkFields('delete.deletes', part);
  requireFields('delete.deletes', part, ['q', 'limit']);
  const limit = Number(part.limit);
  if (limit !== 0 && limit !== 1)
    throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${String(part.limit)}`);
}

export function deleteMatching(
  store: Store,
  db: string,
  name: string,
  part: DeletePart,
  { variables, timeLimit }: WriteRun,
): number {
  refuseCollation(part as unknown as Document);
  const collection = store.catalog.find(db, name);
  if (collection === undefined) {
    parseFilter(part.q);
    return 0;
  }
  const limit = Number(part.limit ?? 0) === 1 ? 1 : undefined;
  const found = [
    ...prepareQuery(store, collection, {
      filter: part.q,
      hint: part.hint,
      limit,
      variables,
      timeLimit,
    }).run(),
  ];
  for (const each of found) store.records.remove(collection, each.record, each.document);
  return found.length;
}

export const writeCommands: Record<string, Handler> = { insert, update, delete: remove };
