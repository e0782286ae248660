/**
 * Separates events that can never be stored from a store or a network that is unreachable. The latter is retried
 * without end. The former would block its dialogue forever, so it is skipped and logged after a few attempts.
 */
import mongoose from 'mongoose';
import { APIError } from 'vk-io';
import { classifyStoreError } from '../storage/classifyStoreError.ts';

/** MongoDB's codes for a rejected document: bad value, type mismatch, too large, failed validation. */
const documentCodes = new Set([2, 14, 121, 10_334, 17_280]);
const programErrors = new Set([
  'TypeError',
  'RangeError',
  'BSONError',
  'StrictModeError',
  'MongoInvalidArgumentError',
]);
/** Names of node-fetch's errors for an unreachable network. */
const networkErrors = new Set(['FetchError', 'AbortError']);

const ATTEMPTS_WHEN_UNSTORABLE = 5;
/** About two minutes with the usual waits: the error is unknown and may be temporary. */
const ATTEMPTS_WHEN_UNKNOWN = 30;

export function isUnstorable(error: unknown): boolean {
  if (error instanceof mongoose.Error.ValidationError || error instanceof mongoose.Error.CastError)
    return true;
  if (error instanceof mongoose.mongo.MongoServerError) return documentCodes.has(Number(error.code));
  return error instanceof Error && programErrors.has(error.name);
}

/** How many attempts an event gets after this error; infinite while the store or the network is unreachable. */
export function attemptsFor(error: unknown): number {
  if (isUnstorable(error)) return ATTEMPTS_WHEN_UNSTORABLE;
  const isUnreachable =
    classifyStoreError(error) === 'away' ||
    error instanceof APIError ||
    (error instanceof Error && networkErrors.has(error.name));
  return isUnreachable ? Number.POSITIVE_INFINITY : ATTEMPTS_WHEN_UNKNOWN;
}
