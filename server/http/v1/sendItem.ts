/** Converts one message of a request for `sendingPort.ts`: checked, with the tokens that identify a repeat. */
import { createHash } from 'node:crypto';
import { type SendRequest, sendRequest } from '../../../shared/v1/messages.ts';
import type { SendItem } from '../../serviceMessages/accepting/sendingPort.ts';
import { type Checked, check } from './checkRequest.ts';

export type ProblemOfStatusUrl = (url: string) => { ru: string; en: string } | null;

/** @param idempotencyName the caller's Idempotency-Key; for a message of a batch, with its place in the batch. */
export function readSendItem(
  value: unknown,
  {
    idempotencyName,
    problemOfStatusUrl,
  }: { idempotencyName: string | null; problemOfStatusUrl: ProblemOfStatusUrl },
): Checked<SendItem> {
  const checked = check(sendRequest, value);
  if (checked.kind === 'wrong') return checked;
  const request = checked.value;
  const problem = request.statusUrl !== undefined && problemOfStatusUrl(request.statusUrl);
  if (problem) return { kind: 'wrong', refusal: { code: 'statusUrlRefused', field: 'statusUrl', problem } };
  const repeatTokens: string[] = [];
  if (request.clientMessageId !== undefined) repeatTokens.push(`client:${request.clientMessageId}`);
  if (idempotencyName !== null) repeatTokens.push(`key:${idempotencyName}`);
  return { kind: 'right', value: { request, repeatTokens, requestHash: requestHash(request) } };
}

/** The order of fields and omitted defaults do not make a different request. */
function requestHash(request: SendRequest): string {
  return createHash('sha256').update(canonical(request)).digest('base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, held]) => `${JSON.stringify(name)}:${canonical(held)}`);
  return `{${fields.join()}}`;
}
