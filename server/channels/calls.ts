/**
 * What a call of a network's own API is told, how it can fail, and what an error code means. Each network has its own
 * table of codes.
 */
import type { FailureCode } from '../../shared/errorCodes.ts';
import type { StopReason } from '../communities/community.model.ts';

/**
 * `code`: the network answered with an error. `notSent`: no connection was made, so the call did not reach it.
 * `lost`: the call failed after the connection was made, so the network may have carried it out.
 */
export type CallFailure = { kind: 'code'; code: number } | { kind: 'notSent' } | { kind: 'lost' };

/** Why a call is made. Each purpose has its share of the token's budget (`budget/plan.ts`). */
export type Purpose = 'answering' | 'reading' | 'sending';

export interface CallOptions {
  purpose: Purpose;
  /** Ends the call for good, also while it waits for its place in the budget or is repeated. */
  signal?: AbortSignal | undefined;
  /**
   * Called right before the request is written, with nothing awaited in between. False: the call is not made, and
   * fails as `notSent`.
   */
  mayCall?: (() => boolean) | undefined;
}

/** A call without an answer of its network. It keeps no parameters of the call, so it may be logged. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly failure: Exclude<CallFailure, { kind: 'code' }>;

  constructor(kind: 'notSent' | 'lost', cause?: unknown) {
    super(kind === 'notSent' ? 'The call was not sent' : 'The call got no answer', { cause });
    this.failure = { kind };
  }
}

/** `retry`: the same call may work after the wait. `community`: nothing works until an administrator acts. */
export type Meaning =
  | { class: 'retry'; waitMs: number }
  | { class: 'community'; stopReason: StopReason }
  | { class: 'refused'; failure: FailureCode; isRetryable: boolean };

export type MeaningOf = (code: number) => Meaning;

export const retryAfter = (waitMs: number): Meaning => ({ class: 'retry', waitMs });
export const stop = (stopReason: StopReason): Meaning => ({ class: 'community', stopReason });
export const refused = (failure: FailureCode, isRetryable = false): Meaning => ({
  class: 'refused',
  failure,
  isRetryable,
});

/** Node's error codes for a connection that was never made. */
const unconnectedCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** @param error thrown by `fetch`, or by a library that uses it. */
export function isUnconnected(error: unknown): boolean {
  if (error instanceof CallError) return error.failure.kind === 'notSent';
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } | null };
  return [code, cause?.code].some((each) => typeof each === 'string' && unconnectedCodes.has(each));
}
