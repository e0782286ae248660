/** find, aggregate, count, distinct, and their cursors. */
import { calculateObjectSize, type Document, Long } from 'bson';
import { letVariables } from '../aggregate/expression.ts';
import { stageOf } from '../aggregate/stage.ts';
import { checkStages, runStages } from '../aggregate/stages.ts';
import { badValue, CommandError, notSupported } from '../errors.ts';
import { isDocument, valueKey } from '../keys/valueKey.ts';
import { countMatches, type FindRequest, type MatchedRecord, prepareQuery } from '../query/execute.ts';
import { compileFilter } from '../query/match.ts';
import { distinctValuesAtPath } from '../query/path.ts';
import { compileProjection } from '../query/projection.ts';
import { topFields } from '../query/topFields.ts';
import { decodeExactly, encode } from '../storage/bsonCodec.ts';
import { maxDocumentBytes } from '../storage/records.ts';
import {
  type Command,
  collectionName,
  documentField,
  findCollection,
  type Handler,
  numberField,
  refuseCollation,
  type Store,
} from './command.ts';

export function findRequest(body: Document): FindRequest {
  refuseCollation(body);
  if (body.tailable === true || body.awaitData === true)
    throw badValue('tailable cursors are not supported by the embedded store');
  const limit = numberField(body, 'limit') ?? 0;
  const skip = numberField(body, 'skip') ?? 0;
  if (skip < 0) throw new CommandError(51024, `BSON field 'skip' value must be >= 0, actual value '${skip}'`);
  return {
    filter: documentField(body, 'filter'),
    sort: documentField(body, 'sort'),
    limit: Math.abs(limit),
    skip,
    hint: body.hint as unknown,
    variables: letVariables(body.let),
  };
}

const find: Handler = (store, command) => {
  const { body } = command;
  const request = { ...findRequest(body), timeLimit: command.limit };
  const projection = compileProjection(body.projection as Document | undefined, request.filter);
  const collection = findCollection(store, command);
  const namespace = `${command.db}.${collectionName(command)}`;
  const batchSize = numberField(body, 'batchSize');
  const isSingleBatch = body.singleBatch === true || (numberField(body, 'limit') ?? 0) < 0;
  // Parsed even when there is nothing to find, so that a wrong filter is always refused.
  if (collection === undefined) {
    compileFilter(request.filter);
    return store.cursors.start(namespace, [], batchSize);
  }
  const found = prepareQuery(store, collection, request).run();
  const cut = topFields(body.projection as Document | undefined);
  const shown = (each: MatchedRecord) => {
    if (projection === undefined) return each.bytes;
    return cut === undefined ? encode(projection(each.document, request.variables)) : cut(each.bytes);
  };
  const bytes = mapped(found, shown);
  return store.cursors.start(namespace, bytes, batchSize, { isSingleBatch, timeLimit: command.limit });
};

function* mapped<From, To>(source: Iterable<From>, change: (each: From) => To): Generator<To> {
  for (const each of source) yield change(each);
}

const getMore: Handler = (store, { body, db }) => {
  const id = body.getMore as unknown;
  if (body.maxTimeMS !== undefined)
    throw badValue('cannot set maxTimeMS on getMore command for a non-awaitData cursor');
  if (!(id instanceof Long)) throw new CommandError(14, 'getMore needs a cursor id of type long');
  return store.cursors.more(id, `${db}.${String(body.collection)}`, numberField(body, 'batchSize'));
};

const killCursors: Handler = (store, { body }) => {
  const killed: Long[] = [];
  const missing: Long[] = [];
  for (const id of (body.cursors as Long[] | undefined) ?? [])
    (store.cursors.kill(id) ? killed : missing).push(id);
  return { cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [], ok: 1 };
};

/** The query that the first stages of a pipeline make, so that indexes can serve it, and the remaining stages. */
export function splitPipeline(pipeline: Document[]): { request: FindRequest; rest: Document[] } {
  const request: FindRequest = { filter: {} };
  let at = 0;
  const filters: Document[] = [];
  const named = (name: string) => at < pipeline.length && stageOf(pipeline[at])[0] === name;
  const argument = () => stageOf(pipeline[at++])[1];
  while (named('$match')) {
    const filter = argument();
    if (!isDocument(filter))
      throw new CommandError(15959, 'the match filter must be an expression in an object');
    filters.push(filter);
  }
  if (filters.length > 0) request.filter = filters.length === 1 ? filters[0]! : { $and: filters };
  if (named('$sort')) {
    const sort = argument();
    if (!isDocument(sort) || Object.keys(sort).length === 0)
      throw new CommandError(15976, '$sort stage must have at least one sort key');
    request.sort = sort;
  }
  if (named('$skip')) request.skip = positive('$skip', argument(), 0);
  if (named('$limit')) request.limit = positive('$limit', argument(), 1);
  return { request, rest: pipeline.slice(at) };
}

function positive(stage: string, value: unknown, least: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least)
    throw new CommandError(15958, `invalid argument to ${stage}: ${String(value)}`);
  return number;
}

/** The drivers' `countDocuments`: one group with a sum of ones. */
function isPlainCount(stages: Document[]): string | undefined {
  if (stages.length !== 1) return undefined;
  const [name, argument] = stageOf(stages[0]);
  if (name === '$count' && typeof argument === 'string') return undefined;
  if (name !== '$group' || !isDocument(argument)) return undefined;
  const entries = Object.entries(argument);
  if (entries.length !== 2 || !('_id' in argument) || !(argument._id === null || Number(argument._id) === 1))
    return undefined;
  const [field, sum] = entries.find(([key]) => key !== '_id')!;
  return isDocument(sum) && Object.keys(sum).length === 1 && Number(sum.$sum) === 1 ? field : undefined;
}

const aggregate: Handler = (store, command) => {
  const { body, db } = command;
  refuseCollation(body);
  const pipeline = body.pipeline as Document[] | undefined;
  if (!Array.isArray(pipeline)) throw badValue('pipeline must be an array');
  checkStages(pipeline);
  const name = typeof body.aggregate === 'string' ? body.aggregate : undefined;
  const batchSize = numberField(documentField(body, 'cursor'), 'batchSize');
  if (body.explain === true) throw notSupported('aggregate with explain: use the explain command');
  const documents = aggregateDocuments(store, command, name, pipeline);
  return store.cursors.start(`${db}.${name ?? '$cmd.aggregate'}`, mapped(documents, encode), batchSize, {
    timeLimit: command.limit,
  });
};

function aggregateDocuments(
  store: Store,
  { db, body, limit: timeLimit }: Command,
  name: string | undefined,
  pipeline: Document[],
): Iterable<Document> {
  const variables = letVariables(body.let);
  const lookupFind = (from: string, filter: Document, inner: Document) =>
    findExactly(store, db, from, { filter, variables: inner, timeLimit });
  const context = { variables, find: lookupFind };
  if (name === undefined) return runStages([], pipeline, context);
  const { request, rest } = splitPipeline(pipeline);
  const collection = store.catalog.find(db, name);
  const countField = isPlainCount(rest);
  const full = { ...request, variables, hint: body.hint as unknown, timeLimit };
  if (countField !== undefined) {
    if (collection === undefined) compileFilter(request.filter);
    const count = collection === undefined ? 0 : countMatches(store, collection, full);
    const [, group] = stageOf(rest[0]);
    return count === 0 ? [] : [{ _id: (group as Document)._id, [countField]: count }];
  }
  return runStages(findExactly(store, db, name, full), rest, context);
}

function findExactly(store: Store, db: string, name: string, request: FindRequest): Iterable<Document> {
  const collection = store.catalog.find(db, name);
  if (collection === undefined) {
    compileFilter(request.filter);
    return [];
  }
  return mapped(prepareQuery(store, collection, request).run(), ({ bytes }: MatchedRecord) =>
    decodeExactly(bytes),
  );
}

const count: Handler = (store, command) => {
  const { body } = command;
  refuseCollation(body);
  const request: FindRequest = {
    filter: documentField(body, 'query'),
    limit: Math.abs(numberField(body, 'limit') ?? 0),
    skip: numberField(body, 'skip'),
    hint: body.hint as unknown,
    timeLimit: command.limit,
  };
  const collection = findCollection(store, command);
  if (collection === undefined) compileFilter(request.filter);
  return { n: collection === undefined ? 0 : countMatches(store, collection, request), ok: 1 };
};

const emptyDocumentBytes = 5;

const distinct: Handler = (store, command) => {
  const { body } = command;
  refuseCollation(body);
  const { key } = body as { key: unknown };
  if (typeof key !== 'string')
    throw new CommandError(14, `BSON field 'distinct.key' is the wrong type, expected type 'string'`);
  const collection = findCollection(store, command);
  const values = new Map<string, unknown>();
  let bytes = 0;
  if (collection !== undefined) {
    const query = prepareQuery(store, collection, {
      filter: documentField(body, 'query'),
      hint: body.hint as unknown,
      timeLimit: command.limit,
    });
    for (const { document } of query.run()) {
      for (const value of distinctValuesAtPath(document, key.split('.'))) {
        const name = valueKey(value).toString('latin1');
        if (values.has(name)) continue;
        values.set(name, value);
        bytes += calculateObjectSize({ [values.size]: value }) - emptyDocumentBytes;
        if (bytes > maxDocumentBytes) throw new CommandError(17217, 'distinct too big, 16mb cap');
      }
    }
  }
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  return { values: sorted, ok: 1 };
};

export const readCommands: Record<string, Handler> = {
  find,
  getMore,
  killCursors,
  aggregate,
  count,
  distinct,
};
