/**
 * The only reader of the driver's bulk errors. The driver wraps every failure of a bulk write in one class, whether
 * the server refused some operations or the connection broke off. So an empty list of refusals proves nothing.
 */
import { mongo } from 'mongoose';

/** What became of one operation of a bulk write. */
export type WriteOutcome = KnownOutcome | UnknownOutcome;
export type KnownOutcome =
  | { kind: 'written' }
  /** The store refused this operation, and changed nothing for it. */
  | { kind: 'refused'; code: number; error: unknown };
/** It may be written or not, or be rolled back later. Never take it for success: ask again under the same id. */
export interface UnknownOutcome {
  kind: 'unknown';
  error: unknown;
}

/**
 * One outcome for each of the `count` operations of an unordered bulk write, in their order.
 * @param error what `insertMany` or `bulkWrite` of a collection rejected with.
 */
export function outcomesOf(error: unknown, count: number): WriteOutcome[] {
  const refused = refusedCodes(error);
  return Array.from({ length: count }, (_, at): WriteOutcome => {
    if (!refused) return { kind: 'unknown', error };
    const code = refused.get(at);
    return code === undefined ? { kind: 'written' } : { kind: 'refused', code, error };
  });
}

/** By index, the codes of the refused operations when all others are written for certain; otherwise null. */
function refusedCodes(error: unknown): Map<number, number> | null {
  if (!(error instanceof mongo.MongoBulkWriteError)) return null;
  // The driver fills this list only once it has the replies of all batches.
  const refusals = [error.writeErrors].flat();
  if (refusals.length === 0 || error.result.getWriteConcernError()) return null;
  return new Map(refusals.map((refusal) => [refusal.index, codeOf(refusal)]));
}

/** The operation at which an ordered bulk write over several collections stopped; null when that is unknown. */
export function refusalOf(error: unknown): { index: number; code: number; message: string } | null {
  if (!(error instanceof mongo.MongoClientBulkWriteError)) return null;
  const [refused] = error.writeErrors;
  if (!refused || error.writeConcernErrors.length > 0) return null;
  const [index, { code, message }] = refused;
  return { index, code, message };
}

/** The server's codes inside one error: of refused operations, and of a write concern that was not met. */
export function codesInside(error: mongo.MongoError): { refused: number[]; writeConcern: number[] } {
  if (error instanceof mongo.MongoBulkWriteError) {
    const unmet = error.result.getWriteConcernError();
    return {
      refused: [...[error.writeErrors].flat(), ...error.result.getWriteErrors()].map(codeOf),
      writeConcern: unmet ? [codeOf(unmet)] : [],
    };
  }
  if (error instanceof mongo.MongoClientBulkWriteError)
    return {
      refused: [...error.writeErrors.values()].map(codeOf),
      writeConcern: error.writeConcernErrors.map(codeOf),
    };
  return { refused: [], writeConcern: [] };
}

const codeOf = ({ code }: { code?: unknown }) => Number(code);
