/** Turns a failed call into the outcome of the message that it should have sent. */
import type { SendOutcome } from '../conversations/outbox/channel.ts';
import type { CallFailure, MeaningOf } from './calls.ts';
import type { PreparedImages } from './images/preparedImages.ts';

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
export function outcomeOfUpload(failure: CallFailure, meaningOf: MeaningOf): UploadRefusal {
  if (failure.kind !== 'code') return later(NO_CONNECTION_WAIT_MS, null);
  return outcomeOfSend(failure, meaningOf) as UploadRefusal;
}

export type UploadRefusal = Extract<SendOutcome, { kind: 'later' | 'refused' | 'communityStopped' }>;

/** The wait before a message is tried again whose images the network may not know, or may still process. */
const IMAGES_WAIT_MS = 2_000;

/**
 * Sends a message with images that were uploaded before. No network has a code of its own for an attachment that it
 * does not know. So after one of `doubtful` codes older uploads are forgotten, and the message is tried again.
 */
export async function withImages(
  images: Pick<PreparedImages, 'forget'>,
  used: Parameters<PreparedImages['forget']>[0],
  doubtful: readonly number[],
  send: () => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const outcome = await send();
  if (outcome.kind !== 'refused' || !doubtful.includes(outcome.networkCode ?? 0)) return outcome;
  return (await images.forget(used)) ? later(IMAGES_WAIT_MS, outcome.networkCode) : outcome;
}

/** Adds up to a quarter at random, so that many messages do not retry at the same moment. */
function later(waitMs: number, networkCode: number | null): Extract<SendOutcome, { kind: 'later' }> {
  return { kind: 'later', afterMs: Math.round(waitMs * (1 + Math.random() / 4)), networkCode };
}
