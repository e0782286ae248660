/**
 * Sends one message by messages.send. A message keeps its `random_id`, so VK drops a repeated call. Whether VK carried
 * out a call with a lost answer is left to `findSent`.
 */
import { z } from 'zod';
import type { OutgoingButton, OutgoingMessage, SendOutcome } from '../../conversations/outbox/channel.ts';
import type { CallFailure, CallOptions } from '../calls.ts';
import { outcomeOfSend, outcomeOfUpload } from '../sendOutcome.ts';
import type { VkClient } from './clients.ts';
import { meaningOf, readFailure } from './errors.ts';
import { upload } from './upload.ts';

/** For the call of an answer, its wait for a place and its repeats; the outbox tries again later. */
const ANSWER_MS = 25_000;

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

export interface VkOutgoing extends Omit<OutgoingMessage, 'files' | 'buttons'> {
  /** As `upload` returns them. */
  attachments: string[];
  /** The purpose of a service message (reference, section 2.1). */
  intent?: 'confirmed_notification';
  /** A keyboard as VK's JSON. */
  keyboard?: string;
}

/** Sends an agent's answer with its files. */
export async function sendMessage(client: VkClient, message: OutgoingMessage): Promise<SendOutcome> {
  const { files, buttons, ...rest } = message;
  const attachments: string[] = [];
  for (const file of files) {
    try {
      attachments.push(await upload(client, message.peerId, file, { purpose: 'answering' }));
    } catch (error) {
      return outcomeOfFile(readFailure(error));
    }
  }
  const signal = AbortSignal.timeout(ANSWER_MS);
  const keyboard = buttons ? { keyboard: keyboardOf(buttons) } : {};
  return postMessage(client, { ...rest, attachments, ...keyboard }, { purpose: 'answering', signal });
}

/** One row: an inline keyboard has at most five buttons in a row (reference, section 2.5). */
function keyboardOf(buttons: OutgoingButton[]): string {
  const row = buttons.map(({ label, payload }) => ({ action: { type: 'text', label, payload } }));
  return JSON.stringify({ inline: true, buttons: [row] });
}

export async function postMessage(
  client: VkClient,
  message: VkOutgoing,
  options: CallOptions,
): Promise<SendOutcome> {
  const { peerId, attachments, replyToExternalId } = message;
  try {
    const answer = await client.api(options).messages.send({
      peer_ids: [Number(peerId)],
      random_id: message.randomId,
      message: message.text,
      ...(attachments.length > 0 ? { attachment: attachments.join(',') } : {}),
      ...(message.intent ? { intent: message.intent } : {}),
      ...(message.keyboard ? { keyboard: message.keyboard } : {}),
      ...(replyToExternalId ? { forward: quote(peerId, replyToExternalId) } : {}),
    });
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
