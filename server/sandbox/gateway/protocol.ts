/**
 * The HTTP protocol of the sandbox's Notify gateway: shapes of requests, answers and status callbacks. It follows
 * Devino's partner protocol (docs.devino.online, VK_OK): POST /vk/messages, `Authorization: Key <key>`, at most 1,000
 * messages, one result for each. That page leaves codes, callbacks, lookups and templates open; those are our own.
 *
 *   POST {base}/vk/messages                        sendRequest -> sendAnswer; each message is validated on its own
 *   GET  {base}/vk/messages/{messageId}            -> { code: 'OK', message: messageState }, 404 NOT_FOUND
 *   GET  {base}/vk/messages?clientMessageId=a&…    -> { code: 'OK', messages: messageState[] }, unknown ids left out
 *   POST {base}/templates                          templateRequest -> { code: 'OK', templateId }; same name: replaced
 *   POST {base}/images                             the bytes of a JPEG -> { code: 'OK', imageId }
 *   POST <status_url>                              statusCallback, header `X-Gateway-Secret`, retried until 200
 *
 * `{base}` is `sandbox.gatewayBaseUrl`. `callbackData.clientMessageId` is the caller's own id, if given: a repeat of
 * it within the service sends nothing and returns the first answer again. So one id means one try in one network.
 */
import { z } from 'zod';

const mostMessagesPerRequest = 1000;
/** The limit of one service (docs.devino.online, VK_OK). */
export const usualRatePerSecond = 50;
export const textLimitChars = 2048;
export const statusSecretHeader = 'x-gateway-secret';

export const routes = ['VK', 'OK'] as const;
export type Route = (typeof routes)[number];

const deliveryPolicies = ['any', 'mobile_device_required', 'verified_phone_number'] as const;

/** One message of a request. Each is validated separately, so that an invalid one does not spoil its batch. */
export const gatewayMessage = z.object({
  /** E.164, with or without the plus. */
  phone: z.string(),
  service: z.string(),
  tmpl: z.string(),
  tmpl_data: z.record(z.string(), z.string()).default({}),
  /** The first network that accepts the message is used. */
  routes: z.array(z.enum(routes)).min(1).max(2).default(['VK']),
  /** Seconds. */
  ttl: z.number().int().min(15).max(86_400).default(86_400),
  delivery_policy: z.enum(deliveryPolicies).default('any'),
  status_url: z.url({ protocol: /^https?$/ }).optional(),
  /** Returned with every status. `clientMessageId` and `session_id` (for `message_tag`) have special meanings. */
  callbackData: z.record(z.string(), z.unknown()).default({}),
});
export type GatewayMessage = z.output<typeof gatewayMessage>;

export const sendRequest = z.object({ messages: z.array(z.unknown()).min(1).max(mostMessagesPerRequest) });

/** Codes of one message's result. */
export const refusalCodes = [
  'INVALID_MESSAGE',
  'INVALID_PHONE',
  'INVALID_TTL',
  'INVALID_ROUTES',
  'INVALID_POLICY',
  'INVALID_STATUS_URL',
  /** Unknown, or belongs to another key. */
  'UNKNOWN_SERVICE',
  'UNKNOWN_TEMPLATE',
  'TEMPLATE_NOT_APPROVED',
  /** `fields` names the variables that are missing, unknown or too long. */
  'INVALID_VARIABLES',
  'TEXT_TOO_LONG',
  /** The service has no community in any of the routes. */
  'NO_COMMUNITY',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export type SendResult =
  /** `isRepeat`: this clientMessageId was accepted before and nothing new was sent. */
  | { code: 'OK'; messageId: string; isRepeat?: true }
  | { code: RefusalCode; error: string; fields?: string[] };

export interface SendAnswer {
  result: SendResult[];
}

/**
 * A refusal of the whole request, with its HTTP status: 400 INVALID_REQUEST, 401 INVALID_KEY, 401 INVALID_SIGNATURE
 * (when OAuth 1.0 is required), 404 NOT_FOUND, 429 TOO_MANY_REQUESTS with Retry-After in seconds; then no message is
 * accepted.
 */
export interface RequestRefusal {
  code:
    | 'INVALID_REQUEST'
    | 'INVALID_KEY'
    | 'INVALID_SIGNATURE'
    | 'NOT_FOUND'
    | 'TOO_MANY_REQUESTS'
    | 'INTERNAL';
  error: string;
}

/** `read`, `undelivered` and `expired` are final. A fault can replace a status with an unknown word. */
export const noticeStatuses = ['sent', 'delivered', 'read', 'undelivered', 'expired'] as const;
export type NoticeStatus = (typeof noticeStatuses)[number];

/** Why a message ended as `undelivered` or `expired`. */
export const statusCodes = {
  UNKNOWN_PHONE: 'Nobody has this number',
  NOT_IN_NETWORK: 'The owner of this number is not in the network',
  PHONE_NOT_CONFIRMED: 'The number was confirmed more than 6 months ago',
  PHONE_MOVED: 'The number belongs to another person now',
  NO_ACTIVE_DEVICE: 'No mobile device of this person was active in the last 7 days',
  CLIENT_REFUSED: 'The person has forbidden messages of this community',
  TTL_EXPIRED: 'The device was not reached in time',
} as const;
export type StatusCode = keyof typeof statusCodes;

export interface StatusCallback {
  messageId: string;
  /** A NoticeStatus, or an unknown word. */
  status: string;
  statusCode?: StatusCode;
  /** ISO 8601: when the status changed; the same in every repeat. */
  time: string;
  phone: string;
  /** The network tried at that time. */
  route: Route;
  callbackData: Record<string, unknown>;
  error?: string;
}

/** The answer of a lookup. */
export interface MessageState {
  messageId: string;
  clientMessageId?: string;
  service: string;
  tmpl: string;
  phone: string;
  route: Route;
  status: NoticeStatus;
  statusCode?: StatusCode;
  error?: string;
  acceptedAt: string;
  expiresAt: string;
  callbackData: Record<string, unknown>;
  history: { status: NoticeStatus; statusCode?: StatusCode; route: Route; time: string }[];
}

const templateButton = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), label: z.string().min(1).max(40) }),
  /** `url` may contain variables. */
  z.object({ kind: z.literal('link'), label: z.string().min(1).max(40), url: z.string().min(1) }),
]);

/** Variables are written as `{name}` in body, adText and a link's url; a send must give a value for each. */
export const templateRequest = z.object({
  service: z.string().min(1),
  /** The name that a send gives in `tmpl`. */
  name: z.string().min(1),
  body: z.string().min(1),
  adText: z.string().default(''),
  /** Ids from `POST /images`, in order; `url` is for a picture that the phone loads itself. */
  images: z
    .array(
      z.union([
        /** `alt` describes the picture for people who cannot see it. */
        z.object({ imageId: z.string(), alt: z.string().optional() }),
        z.object({ url: z.url() }),
      ]),
    )
    .max(5)
    .default([]),
  buttons: z.array(templateButton).max(6).default([]),
  oneWay: z.boolean().default(false),
  /** Longest value of a variable, in code points; a variable that is not named here has no limit. */
  maxChars: z.record(z.string(), z.number().int().positive()).default({}),
  isApproved: z.boolean().default(true),
});
export type TemplateRequest = z.output<typeof templateRequest>;

/** The payload of a text button: JSON text in VK's message and in OK's callback. `button` counts from 0. */
export const textButtonPayload = z.object({
  notify: z.object({
    messageId: z.string(),
    clientMessageId: z.string().optional(),
    button: z.number().int().nonnegative(),
  }),
});
