/** The sending API's contract. The server registers routes from it and builds its OpenAPI page; tests check it. */
import { z } from 'zod';
import type { ApiRight } from '../schemas/apiKey.ts';
import { id } from '../schemas/common.ts';
import type { V1ErrorCode } from './errorCodes.ts';
import {
  acceptedAnswer,
  batchAnswer,
  batchEnvelope,
  batchRequest,
  messageAnswer,
  messagesPage,
  messagesQuery,
  sendRequest,
} from './messages.ts';

export interface V1Endpoint {
  method: 'GET' | 'POST';
  path: string;
  summary: string;
  description: string;
  right: ApiRight;
  params?: z.ZodType;
  query?: z.ZodType;
  /** The schema checked before the handler. `documentedBody` replaces it on the OpenAPI page, where it says more. */
  body?: z.ZodType;
  documentedBody?: z.ZodType;
  takesIdempotencyKey?: boolean;
  status: 200 | 202;
  answer: z.ZodType;
  /** Refusals of this endpoint alone, besides `commonRefusals`. */
  refusals: readonly V1ErrorCode[];
}

/** Refusals that any signed request may get. */
export const commonRefusals: readonly V1ErrorCode[] = [
  'badRequest',
  'authorizationMissing',
  'oauthParameterAbsent',
  'oauthParameterRejected',
  'oauthVersionRejected',
  'oauthTokenRejected',
  'signatureMethodRejected',
  'consumerKeyUnknown',
  'consumerKeyOff',
  'timestampRefused',
  'nonceUsed',
  'signatureInvalid',
  'bodyHashAbsent',
  'bodyHashInvalid',
  'httpsRequired',
  'rightMissing',
  'tooManyRequests',
  'internal',
  'storeUnavailable',
];

const ofBody: readonly V1ErrorCode[] = ['payloadNotJson', 'bodyTooLarge', 'unsupportedMediaType'];

/** Refusals of one message, alone or in a batch. */
const sendRefusals: readonly V1ErrorCode[] = [
  'imagesNotAllowed',
  'phoneInvalid',
  'clientBlocked',
  'quotaSpent',
  'templateNotFound',
  'templateNotApproved',
  'variableMissing',
  'variableUnknown',
  'variableTooLong',
  'variableInvalid',
  'textTooLong',
  'linkInvalid',
  'ttlOutOfRange',
  'sendAtOutOfRange',
  'routeUnavailable',
  'statusUrlRefused',
  'idempotencyKeyReused',
  'clientMessageIdReused',
];

const ofMessage = z.object({ messageId: id });

export const v1Endpoints = {
  sendMessage: {
    method: 'POST',
    path: '/api/v1/messages',
    summary: 'Sends one service message',
    description:
      'The message is stored before it is accepted, and sent later. The same Idempotency-Key or clientMessageId with ' +
      'the same body returns the first answer, with the header Idempotent-Replayed; with another body, 409',
    right: 'send',
    body: sendRequest,
    takesIdempotencyKey: true,
    status: 202,
    answer: acceptedAnswer,
    refusals: [...ofBody, ...sendRefusals],
  },
  sendBatch: {
    method: 'POST',
    path: '/api/v1/messages/batch',
    summary: 'Sends up to 1,000 service messages, each validated on its own',
    description:
      'Each message has its result, in the order of the request. A repeated batch with the same Idempotency-Key ' +
      'returns the first answer for accepted messages and validates refused ones again: they were not stored. A ' +
      'batch of N messages counts as N requests against the rate limit',
    right: 'send',
    body: batchEnvelope,
    documentedBody: batchRequest,
    takesIdempotencyKey: true,
    status: 200,
    answer: batchAnswer,
    refusals: ofBody,
  },
  listMessages: {
    method: 'GET',
    path: '/api/v1/messages',
    summary: "Lists this key's messages, the latest accepted first",
    description: 'Pass nextCursor of one page as cursor of the next',
    right: 'read',
    query: messagesQuery,
    status: 200,
    answer: messagesPage,
    refusals: [],
  },
  readMessage: {
    method: 'GET',
    path: '/api/v1/messages/:messageId',
    summary: 'Reads one message with its status and history',
    description: 'A message of another key is answered as if it did not exist',
    right: 'read',
    params: ofMessage,
    status: 200,
    answer: messageAnswer,
    refusals: ['notFound'],
  },
  cancelMessage: {
    method: 'POST',
    path: '/api/v1/messages/:messageId/cancel',
    summary: 'Cancels a queued message',
    description:
      'Its status becomes undelivered with the code cancelled, and its unit of the daily quota is released',
    right: 'send',
    params: ofMessage,
    status: 200,
    answer: messageAnswer,
    refusals: ['notFound', 'messageNotCancellable'],
  },
} as const satisfies Record<string, V1Endpoint>;

export type V1EndpointName = keyof typeof v1Endpoints;
