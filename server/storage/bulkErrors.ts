/**
 * The only reader of the driver's bulk errors. The driver wraps every failure of a bulk write in one class, whether
 * the server refused some operations or the connection broke off. So an empty list of refusals proves nothing.
 */
import { mongo } from 'mongoose';

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
