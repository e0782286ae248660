/**
 * The ways in which a store can fail one command: `undone`, before it did the work, or `done`, after it. The replies
 * have the shape that a MongoDB server gives them.
 */
import { type Document, Long } from 'bson';

export type StoreFault =
  /** The connection breaks off and the driver hears nothing. */
  | { kind: 'cut'; work: Work }
  /** The server is no longer primary. */
  | { kind: 'notPrimary'; work: Work }
  /** The command took longer than it may. */
  | { kind: 'timeLimit'; work: Work }
  /** Too few servers confirmed the write. `undone`: an election has rolled it back since. */
  | { kind: 'writeConcern'; work: Work }
  /** Another process inserted the same key between this upsert's look and its insert. */
  | { kind: 'racedUpsert'; work: 'undone' };

export type Work = 'undone' | 'done';

const works: Work[] = ['undone', 'done'];

/** Each way of not hearing what became of a write, before and after the work. */
export const storeFaults: StoreFault[] = works.flatMap((work): StoreFault[] => [
  { kind: 'cut', work },
  { kind: 'notPrimary', work },
  { kind: 'timeLimit', work },
  { kind: 'writeConcern', work },
]);

/** Enough where all ways lead through the same code: the work is there and nobody heard of it, or it is not. */
export const usualFaults: StoreFault[] = [
  { kind: 'cut', work: 'done' },
  { kind: 'writeConcern', work: 'undone' },
];

export interface StoreCommand {
  name: string;
  collections: string[];
  isWrite: boolean;
  /** How many operations the command carries. */
  operations: number;
}

/** @param reply what the store answered, or would have answered. */
export function faultyReply({ kind }: StoreFault, command: StoreCommand, reply: Document): Document {
  switch (kind) {
    case 'notPrimary':
      return refusal(10_107, 'NotWritablePrimary', 'not primary');
    case 'timeLimit':
      return refusal(50, 'MaxTimeMSExpired', 'operation exceeded time limit');
    case 'writeConcern':
      return { ...reply, writeConcernError };
    case 'racedUpsert':
      return racedReply(command);
    default:
      throw new Error(`A ${kind} connection has no reply`);
  }
}

const refusal = (code: number, codeName: string, errmsg: string) => ({ ok: 0, errmsg, code, codeName });

const writeConcernError = {
  code: 64,
  codeName: 'WriteConcernTimeout',
  errmsg: 'waiting for replication timed out',
  errInfo: { wtimeout: true },
};

function racedReply({ name, operations }: StoreCommand): Document {
  const errmsg = 'E11000 duplicate key error collection: test index: _id_ dup key: { _id: "raced" }';
  const about = { code: 11_000, keyPattern: { _id: 1 }, keyValue: { _id: 'raced' }, errmsg };
  if (name === 'findAndModify') return { ok: 0, codeName: 'DuplicateKey', ...about };
  if (name !== 'update') throw new Error(`${name} cannot be a raced upsert`);
  const writeErrors = Array.from({ length: operations }, (_, index) => ({ index, ...about }));
  return { ok: 1, n: 0, nModified: 0, writeErrors };
}

/** The reply of a write that succeeded, for a write that is never given to the store. */
export function successOf({ name, operations }: StoreCommand): Document {
  switch (name) {
    case 'insert':
    case 'delete':
      return { ok: 1, n: operations };
    case 'update':
      return { ok: 1, n: operations, nModified: operations };
    case 'findAndModify':
      return { ok: 1, lastErrorObject: { n: 0, updatedExisting: false }, value: null };
    case 'bulkWrite':
      return {
        ok: 1,
        cursor: { id: Long.ZERO, ns: 'admin.$cmd.bulkWrite', firstBatch: [] },
        ...{ nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 },
      };
    default:
      return { ok: 1 };
  }
}
