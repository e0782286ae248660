/**
 * Tells what will never be stored from a store or a network that is away. The second is waited for, however long;
 * the first would hold up everyone for ever, so after some tries it is left out, loudly.
 */
import mongoose from 'mongoose';
import { APIError } from 'vk-io';

/** MongoDB's codes for a document that it will not take: bad value, type mismatch, too large, failed validation. */
const documentCodes = new Set([2, 14, 121, 10_334, 17_280]);
const ownMistakes = new Set([
  'TypeError',
  'RangeError',
  'BSONError',
  'StrictModeError',
  'MongoInvalidArgumentError',
]);
/** node-fetch's words for a network that is away. */
const networkErrors = new Set(['FetchError', 'AbortError']);

const ATTEMPTS_WHEN_SURE = 5;
/** Some two minutes with the usual waits: nobody knows this error, and it may yet pass. */
const ATTEMPTS_WHEN_NOT = 30;

export function isUnstorable(error: unknown): boolean {
  if (error instanceof mongoose.Error.ValidationError || error instanceof mongoose.Error.CastError)
    return true;
  if (error instanceof mongoose.mongo.MongoServerError) return documentCodes.has(Number(error.code));
  return error instanceof Error && ownMistakes.has(error.name);
}

/** How often something that failed so may be tried; what is merely away is waited for without end. */
export function attemptsFor(error: unknown): number {
  if (isUnstorable(error)) return ATTEMPTS_WHEN_SURE;
  const isAway =
    error instanceof mongoose.mongo.MongoError ||
    error instanceof mongoose.Error.MongooseServerSelectionError ||
    error instanceof APIError ||
    (error instanceof Error && networkErrors.has(error.name));
  return isAway ? Number.POSITIVE_INFINITY : ATTEMPTS_WHEN_NOT;
}
