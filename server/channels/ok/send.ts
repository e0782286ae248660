/**
 * Sends one message. OK accepts no idempotency id from us, so a call with a lost answer is never simply repeated: its
 * caller looks the message up with `findSent` first.
 */
import type { OutgoingButton, OutgoingMessage, SendOutcome } from '../../conversations/outbox/channel.ts';
import type { CallFailure, CallOptions } from '../calls.ts';
import { outcomeOfSend, outcomeOfUpload } from '../sendOutcome.ts';
import { failureOf } from './call.ts';
import type { OkClient } from './clients.ts';
import { meaningOf } from './errors.ts';
import { isQuotable } from './parse.ts';
import { okSent } from './schema.ts';
import { upload } from './upload.ts';

/** For the call of an answer and its wait for a place; the outbox tries again later. */
const ANSWER_MS = 25_000;

export interface OkOutgoing {
  userId: string;
  text: string;
  /** As OK's JSON: files and keyboards. */
  attachments: object[];
  replyTo?: string;
}

/** Sends an agent's answer with its files. */
export async function sendMessage(client: OkClient, message: OutgoingMessage): Promise<SendOutcome> {
  const { peerId: userId, text, replyToExternalId: quoted } = message;
  const attachments: object[] = [];
  for (const file of message.files) {
    try {
      attachments.push(await upload(client, file, { purpose: 'answering' }));
    } catch (error) {
      return outcomeOfFile(failureOf(error));
    }
  }
  if (message.buttons) attachments.push(keyboardOf(message.buttons));
  const replyTo = quoted && isQuotable(quoted) ? { replyTo: quoted } : {};
  const signal = AbortSignal.timeout(ANSWER_MS);
  return postMessage(client, { userId, text, attachments, ...replyTo }, { purpose: 'answering', signal });
}

function keyboardOf(buttons: OutgoingButton[]): object {
  const rows = buttons.map(({ label, payload }) => [{ type: 'CALLBACK', text: label, payload }]);
  return { type: 'INLINE_KEYBOARD', payload: { buttons: rows } };
}

export async function postMessage(
  { api }: OkClient,
  { userId, text, attachments, replyTo }: OkOutgoing,
  options: CallOptions,
): Promise<SendOutcome> {
  try {
    const answer = await api.post(
      'me/messages',
      {
        recipient: { user_id: userId },
        message: {
          text,
          ...(attachments.length > 0 ? { attachments } : {}),
          ...(replyTo ? { reply_to: replyTo } : {}),
        },
      },
      options,
    );
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
