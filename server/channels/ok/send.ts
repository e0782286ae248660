/**
 * Sends one answer. OK accepts no idempotency id from us, so a call with a lost answer is never simply repeated: the
 * outbox looks the message up with `findSent` first.
 */
import type { OutgoingMessage, SendOutcome } from '../../conversations/outbox/channel.ts';
import type { CallFailure } from '../calls.ts';
import { outcomeOfSend, outcomeOfUpload } from '../sendOutcome.ts';
import { failureOf } from './call.ts';
import type { OkClient } from './clients.ts';
import { meaningOf } from './errors.ts';
import { isQuotable } from './parse.ts';
import { okSent } from './schema.ts';
import { type UploadedFile, uploadFile } from './upload.ts';

export async function sendMessage(client: OkClient, message: OutgoingMessage): Promise<SendOutcome> {
  const { peerId, text, replyToExternalId } = message;
  const attachments: UploadedFile[] = [];
  for (const file of message.files) {
    try {
      attachments.push(await uploadFile(client, file));
    } catch (error) {
      return outcomeOfFile(failureOf(error));
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
    // OK accepted the call in an unknown format: the message may have been sent.
    if (!sent.success) return { kind: 'unknown' };
    return { kind: 'sent', externalId: sent.data.message_id, position: null };
  } catch (error) {
    return outcomeOfSend(failureOf(error), meaningOf);
  }
}

function outcomeOfFile(failure: CallFailure): SendOutcome {
  const outcome = outcomeOfUpload(failure, meaningOf);
  return outcome.kind === 'refused' ? { ...outcome, code: 'attachmentRefused' } : outcome;
}
