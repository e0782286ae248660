/** The sending API's contract: routes are registered from it, its OpenAPI is made of it, tests hold the server to it. */
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
  /** What is checked before the handler, and what is documented where that says more. */
  body?: z.ZodType;
  documentedBody?: z.ZodType;
  takesIdempotencyKey?: boolean;
  status: 200 | 202;
  answer: z.ZodType;
  /** Refusals of its own, beside those that any request may meet. */
  refusals: readonly V1ErrorCode[];
}

/** What any signed request may be answered. */
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

/** Of one message, alone or in a batch. */
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
      'Accepted once stored; sending follows, and its statuses. The same Idempotency-Key or clientMessageId with ' +
      'the same body gives the first answer again, with the header Idempotent-Replayed; with another body, 409',
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
    summary: 'Sends up to 1,000 service messages, each judged on its own',
    description:
      'Each message has its result, in the order of the request. With an Idempotency-Key the repeated batch gives ' +
      'the accepted ones their first answer and judges anew the refused ones, of which nothing was kept. A batch ' +
      'counts against the rate as many requests as it has messages',
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
    description: 'Give nextCursor of one page as cursor of the next',
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
    description: 'Messages of another key are answered like those that do not exist',
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
    description: 'It ends undelivered with the code cancelled, and its unit of the daily limit comes back',
    right: 'send',
    params: ofMessage,
    status: 200,
    answer: messageAnswer,
    refusals: ['notFound', 'messageNotCancellable'],
  },
} as const satisfies Record<string, V1Endpoint>;

export type V1EndpointName = keyof typeof v1Endpoints;
