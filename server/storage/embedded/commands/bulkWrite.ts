/**
 * `bulkWrite` of MongoDB 8.0: inserts, updates and deletes in several collections by one command, in order.
 * https://www.mongodb.com/docs/manual/reference/command/bulkWrite/
 */
import type { Document } from 'bson';
import { letVariables } from '../aggregate/expression.ts';
import { badValue, CommandError } from '../errors.ts';
import { encode } from '../storage/bsonCodec.ts';
import { documentField, type Handler, numberField, type Store, writeInTime } from './command.ts';
import { checkFields, requireFields } from './fields.ts';
import {
  deleteMatching,
  insertOne,
  parts,
  Refusals,
  timeExceeded,
  type UpdatePart,
  updateMatching,
  type WriteRun,
} from './write.ts';

interface Namespace {
  db: string;
  collection: string;
}

interface Counts {
  nInserted: number;
  nMatched: number;
  nModified: number;
  nUpserted: number;
  nDeleted: number;
}

const bulkWrite: Handler = async (store, command) => {
  const { body, db } = command;
  if (db !== 'admin') throw new CommandError(13, 'bulkWrite may only be run against the admin database.');
  const operations = parts(command, 'ops');
  const namespaces = parts(command, 'nsInfo').map(toNamespace);
  if (operations.length === 0)
    throw new CommandError(16, 'Write batch sizes must be between 1 and 100000. Got 0 operations.');
  const isOrdered = body.ordered !== false;
  for (const operation of operations) checkOperation(operation);
  const constants = letVariables(body.let);
  const batchSize = numberField(documentField(body, 'cursor'), 'batchSize');
  const done = await writeInTime(store, command, () => {
    const counts: Counts = { nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
    const answers: Document[] = [];
    const refusals = new Refusals();
    for (const [idx, operation] of operations.entries()) {
      try {
        const variables = { ...constants, ...(operation.constants as Document | undefined) };
        const done = runOne(store, operation, namespaces, counts, { variables, timeLimit: command.limit });
        if (body.errorsOnly !== true) answers.push({ ok: 1, idx, ...done });
      } catch (error) {
        if (!(error instanceof CommandError) || error.code === timeExceeded) throw error;
        answers.push({ ok: 0, idx, n: 0, ...refusals.describe(error) });
        if (isOrdered) break;
      }
    }
    return { answers, counts: { nErrors: refusals.count, ...counts } };
  });
  // Many large answers do not fit into one reply.
  return store.cursors.start(
    'admin.$cmd.bulkWrite',
    done.answers.map(encode),
    batchSize ?? Number.POSITIVE_INFINITY,
    { extra: done.counts },
  );
};

const requiredFields: Record<string, string[]> = {
  insert: ['document'],
  update: ['filter', 'updateMods'],
  delete: ['filter'],
};

function checkOperation(operation: Document): void {
  const [kind = ''] = Object.keys(operation);
  const required = Object.hasOwn(requiredFields, kind) ? requiredFields[kind] : undefined;
  if (required === undefined) throw badValue(`BulkWrite has no operation '${kind}'`);
  checkFields(`bulkWrite.${kind}`, operation);
  requireFields(`bulkWrite.${kind}`, operation, required);
}

/** `{insert: 0, document}`, `{update: 0, filter, updateMods}` or `{delete: 0, filter}`; 0 is an index in `nsInfo`. */
function runOne(
  store: Store,
  operation: Document,
  namespaces: Namespace[],
  counts: Counts,
  run: WriteRun,
): Document {
  const [kind] = Object.keys(operation);
  const at = operation[kind ?? ''] as unknown;
  const namespace = typeof at === 'number' ? namespaces[at] : undefined;
  if (namespace === undefined) throw badValue(`BulkWrite ops entry ${kind} has an invalid nsInfo index.`);
  const { db, collection } = namespace;
  switch (kind) {
    case 'insert':
      insertOne(store, db, collection, operation.document as Document);
      counts.nInserted++;
      return { n: 1 };
    case 'update': {
      const { filter, updateMods, ...options } = operation;
      const part = { ...options, q: filter, u: updateMods } as unknown as UpdatePart;
      const { matched, modified, upsertedId } = updateMatching(store, db, collection, part, run);
      counts.nMatched += matched;
      counts.nModified += modified;
      if (upsertedId === undefined) return { n: matched, nModified: modified };
      counts.nUpserted++;
      return { n: 1, nModified: 0, upserted: { _id: upsertedId } };
    }
    case 'delete': {
      const { filter, multi, hint, collation } = operation;
      const part = { q: filter as Document, hint, collation, limit: multi === true ? 0 : 1 };
      const n = deleteMatching(store, db, collection, part, run);
      counts.nDeleted += n;
      return { n };
    }
    default:
      throw badValue(`BulkWrite has no operation '${kind}'`);
  }
}

function toNamespace({ ns }: Document): Namespace {
  const name = String(ns);
  const dot = name.indexOf('.');
  if (dot < 1 || dot === name.length - 1) throw new CommandError(73, `Invalid namespace specified '${name}'`);
  return { db: name.slice(0, dot), collection: name.slice(dot + 1) };
}

export const bulkWriteCommands: Record<string, Handler> = { bulkWrite };
