/**
 * Schemas of OK's JSON (reference, section 5). They name only the fields that the desk reads and ignore all others.
 * Optional fields of a wrong type are dropped, so that the client's message is still stored.
 */
import { z } from 'zod';

const sender = z.looseObject({
  user_id: z.string().min(1).max(100),
  // OK documents it in some answers only.
  name: z.string().optional().catch(undefined),
});
const recipient = z.looseObject({ chat_id: z.string().min(1).max(200) });

export const okMessage = z.looseObject({
  sender,
  recipient,
  message: z.looseObject({
    text: z.string().catch(''),
    mid: z.string().min(1).max(300),
    attachments: z.array(z.unknown()).catch([]),
    reply_to: z.string().optional().catch(undefined),
  }),
  timestamp: z.number().int().positive(),
});
export type OkMessage = z.output<typeof okMessage>;

const created = okMessage.extend({ webhookType: z.literal('MESSAGE_CREATED') });

const callback = z.looseObject({
  webhookType: z.literal('MESSAGE_CALLBACK'),
  callbackId: z.string().min(1).max(300),
  payload: z.string().catch(''),
  sender,
  recipient,
  mid: z.string().optional().catch(undefined),
  timestamp: z.number().int().positive().optional().catch(undefined),
});
export type OkCallback = z.output<typeof callback>;

/** Changes of a chat's title, icon or members; the desk stores none of them. */
const system = z.looseObject({ webhookType: z.literal('CHAT_SYSTEM') });
export const okEvent = z.discriminatedUnion('webhookType', [created, callback, system]);
export type OkEvent = z.output<typeof okEvent>;

/** An event of an unknown type: acknowledged and ignored. */
export const okUnknownEvent = z.looseObject({ webhookType: z.string() });

export const okChat = z.looseObject({
  chat_id: z.string().min(1),
  type: z.string().catch('DIALOG'),
  title: z.string().optional().catch(undefined),
  last_event_time: z.number().catch(0),
  participants: z.record(z.string(), z.unknown()).catch({}),
});
export const okChats = z.looseObject({
  chats: z.array(z.unknown()).catch([]),
  marker: z.union([z.number(), z.string()]).optional().catch(undefined),
});
export const okMessages = z.looseObject({ messages: z.array(z.unknown()).catch([]) });
export const okSent = z.looseObject({ message_id: z.string().min(1) });
/** The address of a file that is not an image comes with the file's token. */
export const okUploadUrl = z.looseObject({
  url: z.string(),
  token: z.string().min(1).optional().catch(undefined),
});
/** The answer to an image: one token, under an id that means nothing to us. */
export const okUploadedImage = z.looseObject({
  photos: z.record(z.string(), z.looseObject({ token: z.string().min(1) })),
});
export const okSubscriptions = z.looseObject({
  subscriptions: z.array(z.looseObject({ url: z.string() })).catch([]),
});
