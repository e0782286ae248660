/**
 * The sending API's shapes: requests of a company's systems and our answers. Objects are strict: a misspelt field is
 * refused, not ignored, and an image field (N20, images only in templates) gets its own refusal.
 */
import { z } from 'zod';
import { id, network, time } from '../schemas/common.ts';
import { v1ErrorCodes } from './errorCodes.ts';
import { deliveryPolicy, serviceStatus } from './statuses.ts';

export const v1Limits = {
  batchMessages: 1000,
  /** N19, the time to live. */
  ttlSecondsMin: 15,
  ttlSecondsMax: 24 * 3600,
  sendAtDaysMax: 30,
  clientMessageIdChars: 100,
  idempotencyKeyChars: 100,
  callbackDataChars: 1024,
  templateChars: 100,
  /** Limit of one value; the rendered text has its own (N8, text length). */
  variableChars: 4096,
  urlChars: 2048,
  listPage: 50,
  listPageMax: 200,
  bodyBytes: 8 * 1024 * 1024,
} as const;

/** Visible ASCII only: the same bytes in a header, a body and a query. */
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
    .meta({ description: 'Your own id, unique per key: a repeated request returns the first answer' }),
  ttlSeconds: z.number().int().min(v1Limits.ttlSecondsMin).max(v1Limits.ttlSecondsMax).optional().meta({
    description:
      "The message expires if it is not delivered in this time; the template's own TTL when absent",
  }),
  deliveryPolicy: deliveryPolicy.default('any'),
  route: z
    .array(network)
    .min(1)
    .max(2)
    .refine((networks) => new Set(networks).size === networks.length, { params: { isRepeat: true } })
    .optional()
    .meta({ description: 'Networks in the order in which they are tried; when absent, VK and then OK' }),
  sendAt: offsetTime
    .optional()
    .meta({ description: 'The message is not sent before this moment; its TTL counts from it' }),
  statusUrl: z
    .url({ protocol: /^https?$/ })
    .max(v1Limits.urlChars)
    .optional()
    .meta({ description: "Where status changes of this message are posted; the key's own URL when absent" }),
  callbackData: z
    .string()
    .max(v1Limits.callbackDataChars)
    .optional()
    .meta({ description: 'Returned with every status' }),
});
export type SendRequest = z.output<typeof sendRequest>;

/** Used for documentation. The server reads the list itself and validates each item on its own. */
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

/** Holds only fields that never change, so that a repeated request gets exactly the same answer. */
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
  /** One result for each message of the request, in its order. */
  results: z.array(batchItemResult),
});
export type BatchAnswer = z.infer<typeof batchAnswer>;

const statusMove = z.object({
  status: serviceStatus,
  at: time,
  network: network.nullable(),
  /** Set on failure: a stable code, and the reason for people. */
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
    .meta({ description: 'nextCursor of the previous page' }),
  limit: z.coerce.number<string>().int().min(1).max(v1Limits.listPageMax).default(v1Limits.listPage),
});
export type MessagesQuery = z.output<typeof messagesQuery>;
export const messagesPage = z.object({ messages: z.array(messageAnswer), nextCursor: z.string().nullable() });
export type MessagesPage = z.infer<typeof messagesPage>;

/** The body of a status webhook; a retry carries the same `id`. */
export const statusNotice = z.object({
  id: z.string(),
  messageId: id,
  clientMessageId: z.string().nullable(),
  /** Grows with each transition of the message. */
  sequence: z.number().int().nonnegative(),
  status: serviceStatus,
  at: time,
  code: z.string().nullable(),
  callbackData: z.string().nullable(),
});
export type StatusNotice = z.infer<typeof statusNotice>;
