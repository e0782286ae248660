/**
 * The sending API's shapes: what a company's systems send and are answered. Objects are strict, so that a misspelt
 * field is refused rather than ignored, and an image's field (N20) can be told from others.
 */
import { z } from 'zod';
import { id, network, time } from '../schemas/common.ts';
import { v1ErrorCodes } from './errorCodes.ts';
import { deliveryPolicy, serviceStatus } from './statuses.ts';

export const v1Limits = {
  batchMessages: 1000,
  /** N19. */
  ttlSecondsMin: 15,
  ttlSecondsMax: 24 * 3600,
  sendAtDaysMax: 30,
  clientMessageIdChars: 100,
  idempotencyKeyChars: 100,
  callbackDataChars: 1024,
  templateChars: 100,
  /** Of one value; the rendered text has N8's limit of its own. */
  variableChars: 4096,
  urlChars: 2048,
  listPage: 50,
  listPageMax: 200,
  bodyBytes: 8 * 1024 * 1024,
} as const;

/** Visible ASCII: the same bytes in a header, a body and a query. */
const token = (chars: number) => z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${chars}}$`));
const clientMessageId = token(v1Limits.clientMessageIdChars);
export const idempotencyKey = token(v1Limits.idempotencyKeyChars);
const variableName = z.string().regex(/^[a-z][a-zA-Z0-9_]{0,31}$/);
const offsetTime = z.iso.datetime({ offset: true });
const text = z.object({ ru: z.string(), en: z.string() });

export const sendRequest = z.strictObject({
  phone: z
    .string()
    .min(1)
    .max(32)
    .meta({ description: 'E.164, such as +79991234567', example: '+79991234567' }),
  template: z
    .string()
    .min(1)
    .max(v1Limits.templateChars)
    .meta({ description: 'Name of an approved template' }),
  variables: z
    .record(variableName, z.string().max(v1Limits.variableChars))
    .default({})
    .meta({ description: "Values of the template's variables, by name" }),
  clientMessageId: clientMessageId
    .optional()
    .meta({ description: 'Your own id, used once per key: the same request again gives the first answer' }),
  ttlSeconds: z
    .number()
    .int()
    .min(v1Limits.ttlSecondsMin)
    .max(v1Limits.ttlSecondsMax)
    .optional()
    .meta({ description: "Not delivered within it, the message expires; the template's own when absent" }),
  deliveryPolicy: deliveryPolicy.default('any'),
  route: z
    .array(network)
    .min(1)
    .max(2)
    .refine((networks) => new Set(networks).size === networks.length, { params: { isRepeat: true } })
    .optional()
    .meta({ description: 'Networks in the order to try; VK, then OK when absent' }),
  sendAt: offsetTime.optional().meta({ description: 'Not before this moment; the TTL counts from it' }),
  statusUrl: z
    .url({ protocol: /^https?$/ })
    .max(v1Limits.urlChars)
    .optional()
    .meta({ description: "Where status moves of this message are posted; the key's own when absent" }),
  callbackData: z
    .string()
    .max(v1Limits.callbackDataChars)
    .optional()
    .meta({ description: 'Comes back with every status' }),
});
export type SendRequest = z.output<typeof sendRequest>;

/** As documented. The server takes the list apart and judges each item on its own. */
export const batchRequest = z.strictObject({
  messages: z.array(sendRequest).min(1).max(v1Limits.batchMessages),
});
export const batchEnvelope = z.strictObject({
  messages: z.array(z.unknown()).min(1).max(v1Limits.batchMessages),
});

export const v1ErrorDetail = z.object({
  code: z.enum(v1ErrorCodes),
  message: text,
  field: z.string().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});
export const v1ErrorAnswer = z.object({ error: v1ErrorDetail });

/** Facts that do not change, so that a repeated request has the very same answer. */
export const acceptedAnswer = z.object({
  id,
  clientMessageId: z.string().nullable(),
  acceptedAt: time,
  /** Null when `sendAt` is later. */
  sendAt: time.nullable(),
  expiresAt: time,
});
export type AcceptedAnswer = z.infer<typeof acceptedAnswer>;

const batchItemResult = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), message: acceptedAnswer }),
  z.object({ outcome: z.literal('repeated'), message: acceptedAnswer }),
  z.object({ outcome: z.literal('refused'), error: v1ErrorDetail }),
]);
export const batchAnswer = z.object({
  accepted: z.number().int().nonnegative(),
  repeated: z.number().int().nonnegative(),
  refused: z.number().int().nonnegative(),
  /** One for each message of the request, in its order. */
  results: z.array(batchItemResult),
});
export type BatchAnswer = z.infer<typeof batchAnswer>;

const statusMove = z.object({
  status: serviceStatus,
  at: time,
  network: network.nullable(),
  /** Of a failure: a stable code, and the reason for people. */
  code: z.string().nullable(),
  reason: text.nullable(),
});
export const messageAnswer = z.object({
  id,
  clientMessageId: z.string().nullable(),
  phone: z.string(),
  template: z.string(),
  templateVersion: z.number().int().positive(),
  text: z.string(),
  status: serviceStatus,
  statusAt: time,
  /** The network that the message went through; null before the first try. */
  network: network.nullable(),
  route: z.array(network),
  deliveryPolicy,
  acceptedAt: time,
  sendAt: time.nullable(),
  expiresAt: time,
  callbackData: z.string().nullable(),
  history: z.array(statusMove),
});
export type MessageAnswer = z.infer<typeof messageAnswer>;

export const messagesQuery = z.strictObject({
  clientMessageId: clientMessageId.optional(),
  status: serviceStatus.optional(),
  from: offsetTime.optional().meta({ description: 'Accepted at or after' }),
  to: offsetTime.optional().meta({ description: 'Accepted before' }),
  cursor: z
    .string()
    .regex(/^\d{1,15}_[0-9a-f]{24}$/)
    .optional()
    .meta({ description: 'The nextCursor of the page before' }),
  limit: z.coerce.number<string>().int().min(1).max(v1Limits.listPageMax).default(v1Limits.listPage),
});
export type MessagesQuery = z.output<typeof messagesQuery>;
export const messagesPage = z.object({ messages: z.array(messageAnswer), nextCursor: z.string().nullable() });
export type MessagesPage = z.infer<typeof messagesPage>;

/** What is posted to a status URL; the same `id` when it is sent again. */
export const statusNotice = z.object({
  id: z.string(),
  messageId: id,
  clientMessageId: z.string().nullable(),
  /** Grows with each move of the message. */
  sequence: z.number().int().nonnegative(),
  status: serviceStatus,
  at: time,
  code: z.string().nullable(),
  callbackData: z.string().nullable(),
});
export type StatusNotice = z.infer<typeof statusNotice>;
