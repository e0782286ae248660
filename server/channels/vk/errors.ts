/**
 * What each of VK's error codes means to the desk; error texts are never read.
 * Codes: errors.json of VK's schema 5.199 and the errors of messages.send, edit and delete there; retry classes:
 * reference, section 2.1. Codes 915, 916, 995 and 1017 are not in that schema: their meaning was reported to us, and
 * was not read in VK's documentation.
 */
import { APIError } from 'vk-io';
import type { StopReason } from '../../communities/community.model.ts';
import { type CallFailure, isUnconnected, type Meaning, refused, retryAfter, stop } from '../calls.ts';
import { CommunityStopError } from '../communityStop.ts';

const meanings = new Map<number, Meaning>([
  [1, retryAfter(2_000)], // unknown error
  [5, stop('tokenRejected')], // authorisation failed
  [6, retryAfter(1_000)], // too many requests per second
  [7, refused('accessDenied')], // permission denied
  [9, retryAfter(30_000)], // flood control
  [10, retryAfter(2_000)], // internal server error
  [14, retryAfter(60_000)], // captcha: VK suspects flooding; `captchaWatch.ts` tells administrators
  [15, refused('accessDenied')], // access denied
  [18, refused('clientGone')], // user deleted or banned
  // Also VK's answer to a method that only users may call, so it stops a community only where its token is asked.
  [27, refused('accessDenied', true)], // group authorisation failed
  [28, stop('tokenRejected')], // application authorisation failed
  [29, retryAfter(60_000)], // rate limit of the method reached
  [100, refused('contentRefused')], // bad parameter
  [103, refused('contentRefused')], // out of limits
  [113, refused('clientGone')], // invalid user id
  [900, refused('clientForbidsMessages')], // the user is in our blacklist
  [901, refused('clientForbidsMessages', true)], // no permission from the user, who may still give it
  [902, refused('clientForbidsMessages', true)], // the user's privacy settings
  [909, refused('networkRefused')], // too old to be edited
  [910, refused('contentRefused')], // too big
  [911, refused('contentRefused')], // keyboard is invalid
  [912, refused('networkRefused')], // chat-bot feature is off
  [913, refused('contentRefused')], // too many forwarded messages
  [914, refused('contentRefused')], // too long
  [915, retryAfter(60_000)], // retry later
  [916, retryAfter(60_000)], // retry later
  [917, refused('accessDenied')], // no access to the chat
  [920, refused('networkRefused')], // a message of this kind cannot be edited
  [921, refused('contentRefused')], // cannot forward or quote
  [924, refused('networkRefused')], // cannot be deleted for everybody
  [932, refused('accessDenied')], // the community cannot interact with this peer
  [936, refused('clientGone')], // contact not found
  [940, retryAfter(60_000)], // too many posts in messages
  [943, refused('accessDenied')], // the intent may not be used
  [944, refused('accessDenied', true)], // the intent's limit for this client is spent
  [945, refused('conversationClosed')], // chat is disabled
  [946, refused('conversationClosed')], // chat is not supported
  [950, refused('conversationClosed')], // the window for a reply is over
  [985, refused('conversationClosed')], // notifications-only community
  [995, retryAfter(60_000)], // retry later
  [1012, refused('conversationClosed')], // writing is disabled in this chat
  [1017, refused('conversationClosed')], // the conversation is closed
]);

export function meaningOf(code: number): Meaning {
  return meanings.get(code) ?? refused('networkRefused', true);
}

/**
 * Codes that stop the whole community when a call about the community itself (long poll, list of dialogues) fails.
 * There 7 and 15 mean lost rights; in a call about one addressee they concern that addressee only.
 */
const communityCallStops = new Map<number, StopReason>([
  [7, 'rightsLost'],
  [15, 'rightsLost'],
  [27, 'tokenRejected'],
  [104, 'communityGone'], // not found
  [125, 'communityGone'], // invalid group id
  [203, 'rightsLost'], // access to the group denied
]);

export function stopReasonOf(code: number): StopReason | null {
  const meaning = meaningOf(code);
  if (meaning.class === 'community') return meaning.stopReason;
  return communityCallStops.get(code) ?? null;
}

export function readFailure(error: unknown): CallFailure {
  if (error instanceof APIError) return { kind: 'code', code: Number(error.code) };
  return isUnconnected(error) ? { kind: 'notSent' } : { kind: 'lost' };
}

/** Turns the error of a call about the community itself into a stop, where VK's code means one. */
export function asCommunityError(error: unknown): unknown {
  const failure = readFailure(error);
  const stopReason = failure.kind === 'code' ? stopReasonOf(failure.code) : null;
  return failure.kind === 'code' && stopReason
    ? new CommunityStopError(stopReason, failure.code, { cause: error })
    : error;
}

/** Removes the call's parameters, which vk-io keeps in its errors: they hold message texts. */
export function loggable(error: unknown): unknown {
  if (!(error instanceof APIError)) return error;
  return { type: error.name, code: Number(error.code), message: error.message };
}

/** A failed call as other rooms may see and log it. */
export class VkCallError extends Error {
  override readonly name = 'VkCallError';
  /** VK's own code; null when VK did not answer. */
  readonly networkCode: number | null;

  constructor(error: unknown) {
    const failure = readFailure(error);
    super(failure.kind === 'code' ? `VK answered with code ${failure.code}` : 'VK did not answer', {
      cause: loggable(error),
    });
    this.networkCode = failure.kind === 'code' ? failure.code : null;
  }
}
