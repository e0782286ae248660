/**
 * Schemas of VK's JSON (reference, sections 2.3, 3). They name only the fields that the desk reads and ignore all
 * others. Optional fields of a wrong type are dropped, so that the client's message is still stored.
 */
import { z } from 'zod';

const integer = z.number().int();
const list = z.array(z.unknown()).catch([]);

/** `{ type, [type]: {...} }`; `attachments.ts` reads the inner object. */
export const vkAttachment = z.looseObject({ type: z.string() });

export const vkGeo = z.looseObject({
  coordinates: z.looseObject({ latitude: z.number(), longitude: z.number() }),
  place: z
    .looseObject({ title: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** A message inside another one: quoted or forwarded. */
export const vkForeignMessage = z.looseObject({
  from_id: integer,
  date: integer.catch(0),
  text: z.string().catch(''),
  conversation_message_id: integer.optional().catch(undefined),
  peer_id: integer.optional().catch(undefined),
  attachments: list,
  geo: z.unknown().optional(),
  fwd_messages: list,
});
export type VkForeignMessage = z.output<typeof vkForeignMessage>;

export const vkMessage = z.looseObject({
  peer_id: integer,
  from_id: integer,
  conversation_message_id: integer.positive(),
  date: integer.positive(),
  out: z
    .union([z.literal(0), z.literal(1)])
    .optional()
    .catch(undefined),
  text: z.string().catch(''),
  attachments: list,
  fwd_messages: list,
  reply_message: vkForeignMessage.optional().catch(undefined),
  geo: z.unknown().optional(),
  payload: z.unknown().optional(),
  random_id: integer.optional().catch(undefined),
  admin_author_id: integer.optional().catch(undefined),
  update_time: integer.optional().catch(undefined),
  message_tag: z.string().optional().catch(undefined),
  is_cropped: z.boolean().optional().catch(undefined),
  deleted: z
    .union([z.literal(1), z.literal(0), z.boolean()])
    .optional()
    .catch(undefined),
});
export type VkMessage = z.output<typeof vkMessage>;

/** From version 5.103 on the message is wrapped; before, it is the object itself (reference, section 3.2). */
export const vkMessageNew = z.preprocess(
  (object) =>
    object !== null && typeof object === 'object' && 'message' in object ? object.message : object,
  vkMessage,
);
export const vkMessageRead = z.looseObject({
  from_id: integer,
  peer_id: integer,
  conversation_message_id: integer.positive(),
});
export const vkTyping = z.looseObject({ from_id: integer, to_id: integer });
export const vkPermission = z.looseObject({ user_id: integer.positive() });
export const vkMessageEvent = z.looseObject({
  user_id: integer,
  peer_id: integer,
  event_id: z.string(),
  payload: z.unknown().optional(),
  conversation_message_id: integer.optional().catch(undefined),
});
export const vkReaction = z.looseObject({
  reacted_id: integer,
  peer_id: integer,
  cmid: integer.positive(),
  reaction_id: integer.positive().optional(),
});

/** The envelope of long poll and webhook alike (callback_base). */
export const vkUpdate = z.looseObject({
  type: z.string(),
  group_id: integer.optional(),
  event_id: z.string().optional().catch(undefined),
  object: z.unknown().optional(),
});
export type VkUpdate = z.output<typeof vkUpdate>;

export const longPollAnswer = z.looseObject({
  ts: z.union([z.string(), z.number()]).transform(String).optional(),
  failed: integer.optional(),
  updates: z.array(z.unknown()).optional(),
});
export const longPollServer = z.looseObject({
  key: z.string(),
  server: z.string(),
  ts: z.union([z.string(), z.number()]).transform(String),
});

const vkConversation = z.looseObject({
  peer: z.looseObject({ id: integer, type: z.string() }),
  last_message_id: integer.catch(0),
  last_conversation_message_id: integer.catch(0),
  out_read: integer.catch(0),
  // Newer than schema 5.199. Without them, a read mark can be used only when it is at the last message.
  out_read_cmid: integer.optional().catch(undefined),
});
export const vkConversationItem = z.looseObject({
  conversation: vkConversation,
  last_message: z.looseObject({ date: integer }).optional().catch(undefined),
});
