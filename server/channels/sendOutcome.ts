/** Turns a failed call into the outcome of the answer that it should have sent. */
import type { SendOutcome } from '../conversations/outbox/channel.ts';
import type { CallFailure, MeaningOf } from './calls.ts';

/** The wait when the network cannot be reached. */
const NO_CONNECTION_WAIT_MS = 3_000;

export function outcomeOfSend(failure: CallFailure, meaningOf: MeaningOf): SendOutcome {
  if (failure.kind === 'lost') return { kind: 'unknown' };
  if (failure.kind === 'notSent') return later(NO_CONNECTION_WAIT_MS, null);
  const { code } = failure;
  const meaning = meaningOf(code);
  switch (meaning.class) {
    case 'retry':
      return later(meaning.waitMs, code);
    case 'community':
      return { kind: 'communityStopped', networkCode: code };
    case 'refused':
      return { kind: 'refused', code: meaning.failure, networkCode: code, isRetryable: meaning.isRetryable };
  }
}

/** A failed upload is always safe to retry: the message itself has not been sent yet. */
export function outcomeOfUpload(failure: CallFailure, meaningOf: MeaningOf): SendOutcome {
  if (failure.kind !== 'code') return later(NO_CONNECTION_WAIT_MS, null);
  return outcomeOfSend(failure, meaningOf);
}

/** Adds up to a quarter at random, so that many messages do not retry at the same moment. */
function later(waitMs: number, networkCode: number | null): SendOutcome {
  return { kind: 'later', afterMs: Math.round(waitMs * (1 + Math.random() / 4)), networkCode };
}
