/**
 * Says why an event could not be ingested, and how often it may be tried. Named causes mean that the store or the
 * network is away: the event is tried without end. Every other cause is the event's own.
 */
import mongoose from 'mongoose';
import { APIError } from 'vk-io';
import { classifyStoreError } from '../storage/classifyStoreError.ts';
import { CallError, isUnconnected, type MeaningOf } from './calls.ts';
import { OkCallError } from './ok/call.ts';
import { meaningOf as meaningOfOk } from './ok/errors.ts';
import { meaningOf as meaningOfVk } from './vk/errors.ts';

export type WhyFailed =
  | { cause: 'away'; of: 'store' | 'network' }
  /** The network answered with an error about this call. Passing: its own meaning is that the call may work later. */
  | { cause: 'network'; code: number; isPassing: boolean }
  | { cause: 'store' | 'program' | 'unreadable' };

/** Names of errors for a network that does not answer in time. */
const networkErrors = new Set(['AbortError', 'TimeoutError']);
/** Codes by which a network asks for a slower pace: VK's 6, 9, 14 and 29, OK's 8, 9 and 11. */
const slowerPace = { vk: new Set([6, 9, 14, 29]), ok: new Set([8, 9, 11]) };

const ATTEMPTS = 5;
/** About two minutes with the usual waits: a network's own error may pass. */
const ATTEMPTS_AT_NETWORK = 30;

export function whyFailed(error: unknown): WhyFailed {
  if (error instanceof NetworkAwayError) return { cause: 'away', of: 'network' };
  if (error instanceof NotKeptError || classifyStoreError(error) === 'away')
    return { cause: 'away', of: 'store' };
  if (error instanceof APIError) return byCode(Number(error.code), slowerPace.vk, meaningOfVk);
  if (error instanceof OkCallError)
    return error.failure.kind === 'code'
      ? byCode(error.failure.code, slowerPace.ok, meaningOfOk)
      : { cause: 'away', of: 'network' };
  if (error instanceof UnreadableEventError) return { cause: 'unreadable' };
  if (isNetworkError(error)) return { cause: 'away', of: 'network' };
  return { cause: isOfStore(error) ? 'store' : 'program' };
}

/** Infinite while the store or the network is away. */
export function attemptsFor(error: unknown): number {
  const { cause } = whyFailed(error);
  if (cause === 'away') return Number.POSITIVE_INFINITY;
  if (cause === 'unreadable') return 1;
  return cause === 'network' ? ATTEMPTS_AT_NETWORK : ATTEMPTS;
}

/** The network does not answer, or answers that the same call may work later. */
export function isPassingAtNetwork(error: unknown): boolean {
  const why = whyFailed(error);
  return why.cause === 'away' ? why.of === 'network' : why.cause === 'network' && why.isPassing;
}

function byCode(code: number, slower: ReadonlySet<number>, meaningOf: MeaningOf): WhyFailed {
  if (slower.has(code)) return { cause: 'away', of: 'network' };
  return { cause: 'network', code, isPassing: meaningOf(code).class === 'retry' };
}

/** Node's own fetch rejects with a `TypeError` whose cause has the code of the connection's error. */
function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause } = error as { cause?: { code?: unknown } };
  return (
    error instanceof CallError ||
    networkErrors.has(error.name) ||
    isUnconnected(error) ||
    typeof cause?.code === 'string'
  );
}

function isOfStore(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoError || error instanceof mongoose.Error;
}

/** The event has another form than the desk knows; it stays so at every attempt. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
}

/** An event could not be kept aside, so it must not be passed: it waits as if the store were away. */
export class NotKeptError extends Error {
  override readonly name = 'NotKeptError';
}

/** An event failed although nothing is wrong with it: the network fails for others too. It waits. */
export class NetworkAwayError extends Error {
  override readonly name = 'NetworkAwayError';
}
