/**
 * Tells what will never be stored from a store that is away. The second is waited for, however long; the first
 * would hold up everyone for ever, so after a few tries it is left out, loudly.
 */
import mongoose from 'mongoose';

/** MongoDB's codes for a document that it will not take: bad value, type mismatch, too large, failed validation. */
const documentCodes = new Set([2, 14, 121, 10_334, 17_280]);
const ownMistakes = new Set([
  'TypeError',
  'RangeError',
  'BSONError',
  'StrictModeError',
  'MongoInvalidArgumentError',
]);

export function isUnstorable(error: unknown): boolean {
  if (error instanceof mongoose.Error.ValidationError || error instanceof mongoose.Error.CastError)
    return true;
  if (error instanceof mongoose.mongo.MongoServerError) return documentCodes.has(Number(error.code));
  return error instanceof Error && ownMistakes.has(error.name);
}
