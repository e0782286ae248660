/**
 * `bulkWrite` of MongoDB 8.0: inserts, updates and deletes in several collections by one command, in order.
 * https://www.mongodb.com/docs/manual/reference/command/bulkWrite/
 */
import { type Document, Long } from 'bson';
import { badValue, CommandError } from '../errors.ts';
import type { Command, Handler, Store } from './command.ts';
import { deleteMatching, insertOne, parts, type UpdatePart, updateMatching } from './write.ts';

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

const bulkWrite: Handler = (store, command) => {
  const { body, db } = command;
  if (db !== 'admin') throw new CommandError(13, 'bulkWrite may only be run against the admin database.');
  const operations = parts(command, 'ops');
  const namespaces = parts(command, 'nsInfo').map(toNamespace);
  if (operations.length === 0)
    throw new CommandError(16, 'Write batch sizes must be between 1 and 100000. Got 0 operations.');
  const isOrdered = body.ordered !== false;
  return store.writer.write(() => {
    const counts: Counts = { nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
    const answers: Document[] = [];
    let nErrors = 0;
    for (const [idx, operation] of operations.entries()) {
      try {
        const done = runOne(store, command, operation, namespaces, counts);
        if (body.errorsOnly !== true) answers.push({ ok: 1, idx, ...done });
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        nErrors++;
        answers.push({ ok: 0, idx, n: 0, code: error.code, errmsg: error.message, ...error.extra });
        if (isOrdered) break;
      }
    }
    return {
      cursor: { id: Long.ZERO, firstBatch: answers, ns: 'admin.$cmd.bulkWrite' },
      nErrors,
      ...counts,
      ok: 1,
    };
  });
};

/** `{insert: 0, document}`, `{update: 0, filter, updateMods}` or `{delete: 0, filter}`; 0 is an index in `nsInfo`. */
function runOne(
  store: Store,
  { body }: Command,
  operation: Document,
  namespaces: Namespace[],
  counts: Counts,
): Document {
  const [kind] = Object.keys(operation);
  const at = operation[kind ?? ''] as unknown;
  const namespace = typeof at === 'number' ? namespaces[at] : undefined;
  if (namespace === undefined) throw badValue(`BulkWrite ops entry ${kind} has an invalid nsInfo index.`);
  const { db, collection } = namespace;
  const variables = {
    ...(body.let as Document | undefined),
    ...(operation.constants as Document | undefined),
  };
  switch (kind) {
    case 'insert':
      insertOne(store, db, collection, operation.document as Document);
      counts.nInserted++;
      return { n: 1 };
    case 'update': {
      const { filter, updateMods, ...options } = operation;
      const part = { ...options, q: filter, u: updateMods } as unknown as UpdatePart;
      const { matched, modified, upsertedId } = updateMatching(store, db, collection, part, variables);
      counts.nMatched += matched;
      counts.nModified += modified;
      if (upsertedId === undefined) return { n: matched, nModified: modified };
      counts.nUpserted++;
      return { n: 1, nModified: 0, upserted: { _id: upsertedId } };
    }
    case 'delete': {
      const { filter, multi, hint } = operation;
      const part = { q: filter as Document, hint, limit: multi === true ? 0 : 1 };
      const n = deleteMatching(store, db, collection, part, variables);
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
