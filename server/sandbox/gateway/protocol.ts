/**
 * What the sandbox's Notify gateway says over HTTP: the shapes of requests, answers and status callbacks. It follows the
 * partner protocol of Devino (docs.devino.online, VK_OK): POST /vk/messages, `Authorization: Key <key>`, at most 1,000
 * messages, one result for each. What that page leaves open (codes, callbacks, look-ups, templates) is of our making.
 *
 *   POST {base}/vk/messages                        sendRequest -> sendAnswer; each message is judged on its own
 *   GET  {base}/vk/messages/{messageId}            -> { code: 'OK', message: messageState }, 404 NOT_FOUND
 *   GET  {base}/vk/messages?clientMessageId=a&…    -> { code: 'OK', messages: messageState[] }, unknown ids are left out
 *   POST {base}/templates                          templateRequest -> { code: 'OK', templateId }; same name: replaced
 *   POST {base}/images                             the bytes of a JPEG -> { code: 'OK', imageId }
 *   POST <status_url>                              statusCallback, header `X-Gateway-Secret`, until it is answered 200
 *
 * `{base}` is `sandbox.gatewayBaseUrl`. `callbackData.clientMessageId`, when given, is the caller's own id: a repeat of it
 * within the service sends nothing and gives the first answer again, so one id names one try in one network.
 */
import { z } from 'zod';

const mostMessagesPerRequest = 1000;
/** Of one service (docs.devino.online, VK_OK). */
export const usualRatePerSecond = 50;
export const textLimitChars = 2048;
export const statusSecretHeader = 'x-gateway-secret';

export const routes = ['VK', 'OK'] as const;
export type Route = (typeof routes)[number];

const deliveryPolicies = ['any', 'mobile_device_required', 'verified_phone_number'] as const;

/** What one message may be; each is checked by itself, so that a wrong one does not spoil its batch. */
export const gatewayMessage = z.object({
  /** E.164, with or without the plus. */
  phone: z.string(),
  service: z.string(),
  tmpl: z.string(),
  tmpl_data: z.record(z.string(), z.string()).default({}),
  /** The first network that takes the message is the one used. */
  routes: z.array(z.enum(routes)).min(1).max(2).default(['VK']),
  /** Seconds. */
  ttl: z.number().int().min(15).max(86_400).default(86_400),
  delivery_policy: z.enum(deliveryPolicies).default('any'),
  status_url: z.url({ protocol: /^https?$/ }).optional(),
  /** Comes back with every status. `clientMessageId` and `session_id` (for `message_tag`) have a meaning of their own. */
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
  /** Not registered, or not for this key. */
  'UNKNOWN_SERVICE',
  'UNKNOWN_TEMPLATE',
  'TEMPLATE_NOT_APPROVED',
  /** `fields` names the variables that are missing, unknown or too long. */
  'INVALID_VARIABLES',
  'TEXT_TOO_LONG',
  /** The service has a community in none of the routes. */
  'NO_COMMUNITY',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export type SendResult =
  /** `isRepeat`: this clientMessageId was taken before and nothing new was sent. */
  | { code: 'OK'; messageId: string; isRepeat?: true }
  | { code: RefusalCode; error: string; fields?: string[] };

export interface SendAnswer {
  result: SendResult[];
}

/**
 * An answer to the whole request, with the HTTP status: 400 INVALID_REQUEST, 401 INVALID_KEY, 401 INVALID_SIGNATURE (when
 * OAuth 1.0 is asked for), 404 NOT_FOUND, 429 TOO_MANY_REQUESTS with Retry-After in seconds and nothing of it taken.
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

/** `expired` and `undelivered` and `read` are the last; a fault can put in words that are none of these. */
export const statusWords = ['sent', 'delivered', 'read', 'undelivered', 'expired'] as const;
export type StatusWord = (typeof statusWords)[number];

/** Why a message ended `undelivered` or `expired`. */
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
  /** A StatusWord, or a word that nobody knows. */
  status: string;
  statusCode?: StatusCode;
  /** ISO 8601, when it happened; the same in every repeat. */
  time: string;
  phone: string;
  /** The network tried when it happened. */
  route: Route;
  callbackData: Record<string, unknown>;
  error?: string;
}

/** The answer of a look-up. */
export interface MessageState {
  messageId: string;
  clientMessageId?: string;
  service: string;
  tmpl: string;
  phone: string;
  route: Route;
  status: StatusWord;
  statusCode?: StatusCode;
  error?: string;
  acceptedAt: string;
  expiresAt: string;
  callbackData: Record<string, unknown>;
  history: { status: StatusWord; statusCode?: StatusCode; route: Route; time: string }[];
}

const templateButton = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), label: z.string().min(1).max(40) }),
  /** `url` may hold variables. */
  z.object({ kind: z.literal('link'), label: z.string().min(1).max(40), url: z.string().min(1) }),
]);

/** Variables stand as `{name}` in body, adText and a link's url; those found there are the ones that a send must fill. */
export const templateRequest = z.object({
  service: z.string().min(1),
  /** What a send names in `tmpl`. */
  name: z.string().min(1),
  body: z.string().min(1),
  adText: z.string().default(''),
  /** Answers of `POST /images`, in order; `url` is for a picture that the phone loads by itself. */
  images: z
    .array(
      z.union([
        /** `alt` says what it shows, for those who do not see it. */
        z.object({ imageId: z.string(), alt: z.string().optional() }),
        z.object({ url: z.url() }),
      ]),
    )
    .max(5)
    .default([]),
  buttons: z.array(templateButton).max(6).default([]),
  oneWay: z.boolean().default(false),
  /** Longest length of a variable's value, in code points; a variable that is not named here may be of any length. */
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
