/**
 * The sandbox's control API for the gateway (Notify), Odnoklassniki, and the people whom both find by phone.
 * See sandbox.ts for the rest.
 */
import { z } from 'zod';

const userId = z.number().int().positive();
const groupId = z.number().int().positive();
const okGroupId = z.string().min(1);
const okDialogue = z.object({ okGroupId, userId });

/** `user:N`, as OK writes it. */
const okUserId = z.string().regex(/^user:\d+$/, 'An OK user is written user:N');

export const personSettings = {
  /** False: the person is not in VK. */
  hasVk: z.boolean().default(true),
  okUserId: okUserId.nullable().default(null),
  /** Unix time, ms; null: never confirmed; absent: just now. */
  phoneConfirmedAtMs: z.number().nullable().optional(),
};

export const gatewayFaults = {
  /** How many times each status of the gateway is posted. */
  statusRepeats: z.number().int().min(1).max(10).default(1),
  /** Statuses of a message are held for `shuffleHoldMs` and leave in reverse order. */
  statusReverse: z.boolean().default(false),
  statusDelayMs: z.number().int().nonnegative().default(0),
  /** How far the gateway's clock is ahead in the times that it reports. */
  statusClockMs: z.number().int().default(0),
  /** A status with this name is posted after each `sent`. */
  statusExtraWord: z.string().min(1).nullable().default(null),
  /** The next N statuses are never posted; a look-up still returns them. */
  statusLose: z.number().int().nonnegative().default(0),
};

export const gatewaySettings = {
  /** The gateway accepts 50 messages a second of one service; null switches the limit off. */
  gatewayRatePerSecond: z.number().int().positive().nullable(),
  /** Multiplies each message's ttl, so that tests need not wait 15 s. */
  ttlScale: z.number().positive(),
  /** The client's answer to a gateway's message carries `message_tag`, the sender's `session_id`. */
  messageTags: z.boolean(),
};

export const gatewayInputs = {
  /** A service is the sender's name at the gateway, with one community per network where it may send. */
  registerService: z.object({
    service: z.string().min(1),
    /** For `Authorization: Key <key>`; several services may share one. */
    key: z.string().min(1),
    /** Comes with each status in `X-Gateway-Secret`. */
    statusSecret: z.string().default(''),
    groupId: groupId.nullable().default(null),
    okGroupId: okGroupId.nullable().default(null),
    /** When set, requests must be signed by OAuth 1.0 (RFC 5849), and the key is refused. */
    oauth: z
      .object({ consumerKey: z.string().min(1), consumerSecret: z.string().min(1) })
      .nullable()
      .default(null),
  }),
  listServices: z.object({}),
  /** The input of `POST /gateway/templates`; checked there. */
  registerTemplate: z.record(z.string(), z.unknown()),
  listTemplates: z.object({ service: z.string().optional() }),
  /** Newest first. */
  gatewayMessages: z.object({
    phone: z.string().optional(),
    clientMessageId: z.string().optional(),
    last: z.number().int().positive().default(100),
  }),
  gatewayCounters: z.object({}),
  /** The calls that brought messages to the gateway, VK and OK, in the order of their arrival. */
  handOvers: z.object({}),
  /** The one-way messages in the notifications window of this person's phone. */
  notices: z.object({ userId }),
  clientReadsNotices: z.object({ userId }),
  setPerson: z.object({
    userId,
    isOffline: z.boolean().optional(),
    hasVk: z.boolean().optional(),
    okUserId: okUserId.nullable().optional(),
    hasMobileDevice: z.boolean().optional(),
  }),
  /** Confirmed by SMS, now or at the given time; null: never confirmed. */
  confirmPhone: z.object({ userId, atMs: z.number().nullable().optional() }),
  /** The number passes to another person, who has not confirmed it yet; the old owner has none. */
  movePhone: z.object({ fromUserId: userId, toUserId: userId }),
} as const;

export const okInputs = {
  createOkGroup: z.object({ okGroupId, name: z.string().min(1), token: z.string().min(1) }),
  listOkGroups: z.object({}),
  okClientSends: okDialogue.extend({
    text: z.string().default(''),
    imageUrls: z.array(z.string()).default([]),
    replyToMid: z.string().optional(),
  }),
  okClientPressesButton: okDialogue.extend({
    mid: z.string(),
    row: z.number().int().nonnegative(),
    column: z.number().int().nonnegative(),
  }),
  okClientReads: okDialogue,
  /** An administrator writes in OK itself: the history has the message, but no event is sent. */
  okAdminWrites: okDialogue.extend({ text: z.string().min(1) }),
  okChatChanges: okDialogue.extend({
    type: z.enum(['CHAT_TITLE_CHANGED', 'CHAT_ICON_CHANGED', 'CHAT_PARTICIPANTS_CHANGED']),
    title: z.string().optional(),
  }),
  okSnapshot: okDialogue,
  okCounters: z.object({ okGroupId }),
} as const;

export interface ServiceView {
  service: string;
  groupId: number | null;
  okGroupId: string | null;
  isSigned: boolean;
}

export interface TemplateView {
  templateId: string;
  service: string;
  name: string;
  body: string;
  adText: string;
  variables: string[];
  oneWay: boolean;
  images: number;
  buttons: number;
}

export interface GatewayMessageView {
  messageId: string;
  clientMessageId?: string;
  service: string;
  tmpl: string;
  phone: string;
  route: 'VK' | 'OK';
  status: string;
  statusCode?: string;
  text: string;
  acceptedAtMs: number;
  expiresAtMs: number;
  history: { status: string; statusCode?: string; route: string; atMs: number }[];
}

/** One message of a call, at the moment at which the call arrived. */
export interface HandOver {
  method: string;
  arrivedAtMs: number;
  /** The gateway's `clientMessageId`; for VK and OK the text. */
  message: string;
  /** The gateway's; null for VK and OK. */
  ttlSeconds: number | null;
}

/** One message in the notifications window. */
export interface NoticeView {
  messageId: string;
  network: 'VK' | 'OK';
  senderName: string;
  senderPhotoUrl: string;
  text: string;
  imageUrls: string[];
  /** Links only: a one-way message cannot be answered by a text button. */
  links: { label: string; url: string }[];
  atMs: number;
  isRead: boolean;
}

export interface GatewayCounters {
  /** Requests to send, whatever their result. */
  requests: number;
  accepted: number;
  repeated: number;
  refused: number;
  byStatus: Record<string, number>;
  statusesPosted: number;
  statusesRefused: number;
  statusesWaiting: number;
}

export interface OkGroupView {
  okGroupId: string;
  name: string;
  photoUrl: string;
  webhooks: string[];
}

export interface OkPhoneMessage {
  mid: string;
  isFromGroup: boolean;
  text: string;
  imageUrls: string[];
  buttons: { kind: 'callback' | 'link'; label: string; url?: string }[][];
  replyTo?: { mid: string; text: string };
  atMs: number;
}

export interface OkDialogueSnapshot {
  okGroupId: string;
  userId: number;
  chatId: string;
  messages: OkPhoneMessage[];
  unreadCount: number;
}

export interface OkCounters {
  eventsPublished: number;
  webhooksDelivered: number;
  webhooksFailed: number;
  webhooksWaiting: number;
  apiCalls: Record<string, number>;
}
