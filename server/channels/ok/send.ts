/**
 * Sends one answer. OK takes no number of ours, so a call whose answer was lost is never simply repeated: the outbox
 * looks it up with `findSent` first.
 */
import type { OutgoingMessage, SendOutcome } from '../../delivery/channel.ts';
import { failureOf, type OkFailure } from './call.ts';
import type { OkClient } from './clients.ts';
import { meaningOf } from './errors.ts';
import { isQuotable } from './parse.ts';
import { okSent } from './schema.ts';
import { type UploadedFile, uploadFile } from './upload.ts';

const NO_CONNECTION_WAIT_MS = 3_000;

export async function sendMessage(client: OkClient, message: OutgoingMessage): Promise<SendOutcome> {
  const { peerId, text, replyToExternalId } = message;
  const attachments: UploadedFile[] = [];
  for (const file of message.files) {
    try {
      attachments.push(await uploadFile(client, file));
    } catch (error) {
      return outcomeOfUpload(failureOf(error));
    }
  }
  try {
    const answer = await client.api.post('me/messages', {
      recipient: { user_id: peerId },
      message: {
        text,
        ...(attachments.length > 0 ? { attachments } : {}),
        ...(replyToExternalId && isQuotable(replyToExternalId) ? { reply_to: replyToExternalId } : {}),
      },
    });
    const sent = okSent.safeParse(answer);
    // OK said yes in words that we do not know: the message may well be there.
    if (!sent.success) return { kind: 'unknown' };
    return { kind: 'sent', externalId: sent.data.message_id, position: null };
  } catch (error) {
    return outcomeOfSend(failureOf(error));
  }
}

export function outcomeOfSend(failure: OkFailure): SendOutcome {
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
function outcomeOfUpload(failure: OkFailure): SendOutcome {
  if (failure.kind !== 'code') return later(NO_CONNECTION_WAIT_MS, null);
  const outcome = outcomeOfSend(failure);
  return outcome.kind === 'refused' ? { ...outcome, code: 'attachmentRefused' } : outcome;
}

/** A quarter more at most, so that many messages do not return in step. */
function later(waitMs: number, networkCode: number | null): SendOutcome {
  return { kind: 'later', afterMs: Math.round(waitMs * (1 + Math.random() / 4)), networkCode };
}
