/** What a failed call means for the answer that was to be sent by it. */
import type { SendOutcome } from '../conversations/outbox/channel.ts';
import type { CallFailure, MeaningOf } from './calls.ts';

/** No way to the network: as long as a poll loop's usual wait. */
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

/** Before the message itself nothing has been sent, whatever became of the upload. */
export function outcomeOfUpload(failure: CallFailure, meaningOf: MeaningOf): SendOutcome {
  if (failure.kind !== 'code') return later(NO_CONNECTION_WAIT_MS, null);
  return outcomeOfSend(failure, meaningOf);
}

/** A quarter more at most, so that many messages do not return in step. */
function later(waitMs: number, networkCode: number | null): SendOutcome {
  return { kind: 'later', afterMs: Math.round(waitMs * (1 + Math.random() / 4)), networkCode };
}
