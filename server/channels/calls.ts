/** How a call of a network's own API can fail, and what an error code means. Each network has its own table. */
import type { FailureCode } from '../../shared/errorCodes.ts';
import type { StopReason } from '../communities/community.model.ts';

/**
 * `code`: the network answered with an error. `notSent`: no connection was made, so the call did not reach it.
 * `lost`: the call failed after the connection was made, so the network may have carried it out.
 */
export type CallFailure = { kind: 'code'; code: number } | { kind: 'notSent' } | { kind: 'lost' };

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
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } | null };
  return [code, cause?.code].some((each) => typeof each === 'string' && unconnectedCodes.has(each));
}
