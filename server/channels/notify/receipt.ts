/** Translates a status of the gateway, which it posted or told when it was asked. */
import type { Types } from 'mongoose';
import type { Receipt } from '../../serviceMessages/sending/serviceChannel.ts';
import { currentTime } from '../../work/clock.ts';
import type { Dialect } from './dialect.ts';
import type { StatusCallback } from './schema.ts';

export function toReceipt(
  communityId: Types.ObjectId,
  dialect: Dialect,
  { messageId, status, statusCode, time, callbackData }: StatusCallback,
  source: Receipt['source'],
): Receipt {
  const known = Object.hasOwn(dialect.statuses, status) ? dialect.statuses[status]! : null;
  const code =
    statusCode && Object.hasOwn(dialect.statusCodes, statusCode) ? dialect.statusCodes[statusCode] : null;
  return {
    communityId,
    externalId: messageId,
    tryKey: callbackData.clientMessageId ?? null,
    status: known,
    at: time ? new Date(time) : currentTime(),
    code: code ?? (known === 'undelivered' ? 'networkRefused' : null),
    // An unknown status is kept as the gateway sent it, together with its code.
    networkCode: known === null ? [status, statusCode].filter(Boolean).join(' ') : (statusCode ?? null),
    source,
  };
}
