/**
 * The HTTP protocol of the sandbox's Odnoklassniki: the Bot API at `/ok/graph` (apiok.ru, "Bot API"). It follows
 * those pages to the letter; details that we could not read there are marked "assumed".
 *
 *   GET  {base}/me/chats?count=&marker=            -> { chats: OkChat[], marker? }
 *   GET  {base}/me/chat?chat_id=                   -> OkChat
 *   GET  {base}/me/messages/{chat_id}?count=&from=&to= (ms) -> { messages: OkStoredMessage[] }, newest first
 *   POST {base}/me/messages/{chat_id}              sendRequest -> { success: true, message_id }; without chat_id in
 *                                                  the path, the body names the recipient
 *   GET  {base}/me/fileUploadUrl?type=FILE         -> { url, token }; POST the file there as multipart -> empty
 *   GET  {base}/me/fileUploadUrl?type=IMAGE        -> { url, file_id }; POST it -> { photos: { id: { token } } }
 *   POST {base}/me/subscribe, me/unsubscribe       { url } -> { success: true }
 *   GET  {base}/me/subscriptions                   -> { subscriptions: [{ url, time }] }
 *
 * `{base}` is `sandbox.okBaseUrl`; every call has `?access_token=`. A refusal is HTTP 200 with okError as the body,
 * as in OK's REST API. OK retries a webhook that is not answered 200 within 5 s. Nothing in a webhook is signed.
 */
import { z } from 'zod';

export const eventTypes = ['MESSAGE_CREATED', 'MESSAGE_CALLBACK', 'CHAT_SYSTEM'] as const;
export type OkEventType = (typeof eventTypes)[number];

/** Assumed: OK names no limit. */
export const textLimitChars = 4096;

/** Rows of an INLINE_KEYBOARD (assumed: after the pages of OK's sister, TamTam). */
export const okButton = z.discriminatedUnion('type', [
  z.object({ type: z.literal('CALLBACK'), text: z.string().min(1), payload: z.string().max(1024) }),
  z.object({ type: z.literal('LINK'), text: z.string().min(1), url: z.string() }),
]);
export type OkButton = z.output<typeof okButton>;

const okAttachment = z.union([
  z.object({
    type: z.literal('INLINE_KEYBOARD'),
    payload: z.object({ buttons: z.array(z.array(okButton).min(1)).min(1) }),
  }),
  z.object({
    type: z.enum(['IMAGE', 'VIDEO', 'AUDIO', 'FILE', 'SHARE']),
    payload: z.union([z.object({ token: z.string() }), z.object({ url: z.string() })]),
  }),
]);

export const sendRequest = z.object({
  recipient: z.union([z.object({ chat_id: z.string() }), z.object({ user_id: z.string() })]),
  message: z.object({
    text: z.string().default(''),
    attachments: z.array(okAttachment).max(10).default([]),
    reply_to: z.string().optional(),
  }),
});
export type OkSendRequest = z.output<typeof sendRequest>;

export const subscribeRequest = z.object({
  url: z.url({ protocol: /^https?$/ }),
  types: z.array(z.enum(eventTypes)).default([...eventTypes]),
});

export interface OkMessageBody {
  text: string;
  /** Exceeds 2^53: a plain JSON.parse loses its last digits. */
  seq: bigint;
  mid: string;
  attachments?: { type: string; payload: Record<string, unknown> }[];
  /** The mid of the message that this one answers (assumed). */
  reply_to?: string;
}

export interface OkStoredMessage {
  sender: { user_id: string; name: string };
  recipient: { chat_id: string };
  message: OkMessageBody;
  /** ms. */
  timestamp: number;
}

export type OkEvent =
  | ({ webhookType: 'MESSAGE_CREATED' } & OkStoredMessage)
  | {
      webhookType: 'MESSAGE_CALLBACK';
      callbackId: string;
      payload: string;
      sender: { user_id: string; name: string };
      recipient: { chat_id: string };
      /** The mid of the message with the button. */
      mid: string;
      timestamp: number;
    }
  | {
      webhookType: 'CHAT_SYSTEM';
      /** Assumed values. */
      type: 'CHAT_TITLE_CHANGED' | 'CHAT_ICON_CHANGED' | 'CHAT_PARTICIPANTS_CHANGED';
      chat_id: string;
      title?: string;
      timestamp: number;
    };

export interface OkChat {
  chat_id: string;
  type: 'DIALOG';
  status: 'ACTIVE';
  title: string;
  last_event_time: number;
  participants_count: number;
  /** User id -> when the person was last here, Unix ms. */
  participants: Record<string, number>;
}

/** OK's common codes (apiok.ru, page of errors). */
export const okErrorCodes = {
  SERVICE: 2,
  PERMISSION_DENIED: 10,
  LIMIT_REACHED: 11,
  PARAM: 100,
  PARAM_ACCESS_KEY: 103,
  NOT_FOUND: 300,
} as const;

export interface OkError {
  error_code: number;
  error_msg: string;
  error_data: null;
  error_field?: string;
}
