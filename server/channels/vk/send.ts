/**
 * Sends one answer by messages.send. A message keeps its `random_id`, so VK drops a repeated call. Whether VK carried
 * out a call with a lost answer is left to `findSent`.
 */
import { z } from 'zod';
import type { OutgoingMessage, SendOutcome } from '../../conversations/outbox/channel.ts';
import type { CallFailure } from '../calls.ts';
import { outcomeOfSend, outcomeOfUpload } from '../sendOutcome.ts';
import { type VkClient, withTimeout } from './clients.ts';
import { meaningOf, readFailure } from './errors.ts';
import { uploadFile } from './upload.ts';

/** vk-io repeats a call without end while VK answers 6; the outbox must not wait for it. */
const SEND_TIMEOUT_MS = 25_000;

/** With `peer_ids` VK answers per addressee and returns the message's number in the dialogue (reference, 2.1). */
const sendAnswer = z
  .array(
    z.looseObject({
      conversation_message_id: z.number().int().optional(),
      error: z
        .looseObject({ code: z.number().int().optional(), error_code: z.number().int().optional() })
        .optional(),
    }),
  )
  .length(1);

/** Parameters that only service messages use. */
export interface ServiceParameters {
  /** The purpose of the message (reference, section 2.1). */
  intent?: 'confirmed_notification';
  /** A keyboard as VK's JSON. */
  keyboard?: string;
}

export async function sendMessage(
  client: VkClient,
  message: OutgoingMessage & ServiceParameters,
): Promise<SendOutcome> {
  const attachments: string[] = [];
  for (const file of message.files) {
    try {
      attachments.push(await uploadFile(client, message.peerId, file));
    } catch (error) {
      return outcomeOfFile(readFailure(error));
    }
  }
  try {
    const answer = await withTimeout(
      client.vk.api.messages.send({
        peer_ids: [Number(message.peerId)],
        random_id: message.randomId,
        message: message.text,
        ...(attachments.length > 0 ? { attachment: attachments.join(',') } : {}),
        ...(message.intent ? { intent: message.intent } : {}),
        ...(message.keyboard ? { keyboard: message.keyboard } : {}),
        ...(message.replyToExternalId ? { forward: quote(message.peerId, message.replyToExternalId) } : {}),
      }),
      SEND_TIMEOUT_MS,
    );
    return readAnswer(answer);
  } catch (error) {
    return outcomeOfSend(readFailure(error), meaningOf);
  }
}

function readAnswer(answer: unknown): SendOutcome {
  const read = sendAnswer.safeParse(answer);
  // VK accepted the call in an unknown format: the message may have been sent.
  if (!read.success) return { kind: 'unknown' };
  const [{ error, conversation_message_id: number } = {}] = read.data;
  const code = error?.code ?? error?.error_code;
  if (error) return outcomeOfSend({ kind: 'code', code: code ?? 1 }, meaningOf);
  if (!number) return { kind: 'unknown' };
  return { kind: 'sent', externalId: String(number), position: number };
}

function outcomeOfFile(failure: CallFailure): SendOutcome {
  const outcome = outcomeOfUpload(failure, meaningOf);
  const isAboutFile =
    outcome.kind === 'refused' && ['contentRefused', 'networkRefused'].includes(outcome.code);
  return isAboutFile ? { ...outcome, code: 'attachmentRefused' } : outcome;
}

/** For communities a quote is a forward of one message marked as a reply (reference, section 2.1). */
function quote(peerId: string, externalId: string): string {
  return JSON.stringify({
    peer_id: Number(peerId),
    conversation_message_ids: [Number(externalId)],
    is_reply: true,
  });
}
