/**
 * Decides whether a database error means that the store is away: it did not answer, or did not confirm what it did.
 * The work may be retried until the store is back. Every other error is unknown: a caller retries it a few times at
 * most, so that one bad document never stops the rest.
 */
import { Error as MongooseError, mongo } from 'mongoose';
import { codesInside } from './bulkErrors.ts';

export type StoreErrorKind = 'away' | 'unknown';

/**
 * MongoDB's codes that name a cause outside the request.
 * Source: github.com/mongodb/mongo, src/mongo/base/error_codes.yml.
 */
const awayCodes: Record<string, readonly number[]> = {
  // HostUnreachable, HostNotFound, NetworkTimeout, NetworkInterfaceExceededTimeLimit, ClientDisconnect, SocketException
  network: [6, 7, 89, 202, 279, 9001],
  // FailedToSatisfyReadPreference, PrimarySteppedDown, LegacyNotPrimary, NotWritablePrimary,
  // InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary
  notPrimary: [133, 189, 10_058, 10_107, 11_602, 13_435, 13_436],
  // LockTimeout, MaxTimeMSExpired, ExceededTimeLimit
  timeOut: [24, 50, 262],
  // ShutdownInProgress, InterruptedAtShutdown; OutOfDiskSpace stops every write in the same way
  shutdown: [91, 11_600, 14_031],
  // WriteConcernTimeout, UnknownReplWriteConcern, UnsatisfiableWriteConcern, ReadConcernMajorityNotAvailableYet
  writeConcern: [64, 79, 100, 134],
};
const allAwayCodes = new Set(Object.values(awayCodes).flat());

/** The driver or the server puts these labels on errors of connections, elections and overload. */
const awayLabels = ['HandshakeError', 'RetryableWriteError', 'SystemOverloadedError', 'PoolRequestedRetry'];

const awayClasses = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoServerClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoOperationTimeoutError,
  mongo.MongoWriteConcernError,
  MongooseError.MongooseServerSelectionError,
];
/** The driver does not export these classes. */
const awayNames = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClosedError']);

/** Ends the search in an error whose causes never end. */
const ERRORS_AT_MOST = 100;

/**
 * Looks through causes, through the parts of a bulk error, and through what the sign-in library wraps. An error of
 * another network, such as VK's, is unknown. @param error anything that was thrown.
 */
export function classifyStoreError(error: unknown): StoreErrorKind {
  const seen = new Set<unknown>();
  const open: unknown[] = [error];
  while (open.length > 0 && seen.size < ERRORS_AT_MOST) {
    const each = open.shift();
    if (typeof each !== 'object' || each === null || seen.has(each)) continue;
    seen.add(each);
    if (isAway(each)) return 'away';
    open.push(...errorsInside(each));
  }
  return 'unknown';
}

function isAway(error: object): boolean {
  if (awayClasses.some((awayClass) => error instanceof awayClass)) return true;
  if (!(error instanceof mongo.MongoError)) return false;
  if (awayNames.has(error.name) || awayLabels.some((label) => error.hasErrorLabel(label))) return true;
  if (error instanceof mongo.MongoServerError && allAwayCodes.has(Number(error.code))) return true;
  const { refused, writeConcern } = codesInside(error);
  return writeConcern.length > 0 || refused.some((code) => allAwayCodes.has(code));
}

/** `errorResponse`: what broke off a bulk write. `body.cause`: what the sign-in library wrapped. */
function errorsInside(error: object): unknown[] {
  const { cause, errors, errorResponse, body } = error as Record<string, unknown>;
  return [
    cause,
    ...(Array.isArray(errors) ? errors : []),
    errorResponse instanceof Error ? errorResponse : undefined,
    typeof body === 'object' && body !== null && 'cause' in body ? body.cause : undefined,
  ];
}
