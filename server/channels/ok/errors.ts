/**
 * What each of OK's error codes means to the desk; error texts are never read (apiok.ru, page of errors). The pages
 * that we could read do not say which codes the Bot API uses, so the table has all common ones.
 */
import { type Meaning, refused, retryAfter, stop } from '../calls.ts';
import { CommunityStopError } from '../communityStop.ts';
import { failureOf } from './call.ts';

const meanings = new Map<number, Meaning>([
  [1, retryAfter(2_000)], // unknown error
  [2, retryAfter(2_000)], // service is temporarily unavailable
  [7, refused('clientForbidsMessages')], // blocked
  [8, retryAfter(30_000)], // flood
  [9, retryAfter(60_000)], // our IP address is temporarily blocked
  [10, refused('clientForbidsMessages', true)], // not allowed: the person has not written to the group
  [11, retryAfter(60_000)], // limit of the method reached
  [12, retryAfter(2_000)], // cancelled
  [100, refused('contentRefused')], // parameter missing or wrong
  [101, stop('tokenRejected')], // application key
  [102, stop('tokenRejected')], // session expired
  [103, stop('tokenRejected')], // session or access key is not valid
  [104, stop('tokenRejected')], // signature
  [300, refused('clientGone')], // no such object: the chat does not exist
]);

export function meaningOf(code: number): Meaning {
  return meanings.get(code) ?? refused('networkRefused', true);
}

/** Turns the error of a call about the group itself (chats, subscriptions) into a stop, where its code means one. */
export function asCommunityError(error: unknown): unknown {
  const failure = failureOf(error);
  if (failure.kind !== 'code') return error;
  const meaning = meaningOf(failure.code);
  if (meaning.class === 'community')
    return new CommunityStopError(meaning.stopReason, failure.code, { cause: error });
  return failure.code === 10 ? new CommunityStopError('rightsLost', failure.code, { cause: error }) : error;
}
