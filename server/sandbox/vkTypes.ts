/**
 * VK's objects as vk-io types them. vk-io marks every field required, VK does not: `Partly` picks the fields that we
 * send. The fields that every message must have are named in VkMessage (schema 5.199, messages_base_message).
 */
import type { Objects, Responses } from 'vk-io';

export type Partly<T> = T extends (infer Item)[]
  ? Partly<Item>[]
  : T extends object
    ? { [Key in keyof T]?: Partly<T[Key]> }
    : T;

export type { Objects, Responses };

export interface VkAttachment {
  type: string;
  [key: string]: unknown;
}

export type VkKeyboardButton = {
  action: { type: string; label?: string; link?: string; payload?: string; [key: string]: unknown };
  color?: string;
};

export type VkKeyboard = {
  one_time: boolean;
  inline: boolean;
  author_id?: number;
  buttons: VkKeyboardButton[][];
};

type Field<Name extends keyof Objects.MessagesMessage> = Objects.MessagesMessage[Name];

/** A message inside another one: replied to or forwarded (messages_foreign_message). */
export interface VkForeignMessage {
  id?: Field<'id'>;
  conversation_message_id: Field<'conversation_message_id'>;
  date: Field<'date'>;
  from_id: Field<'from_id'>;
  peer_id?: Field<'peer_id'>;
  text: Field<'text'>;
  attachments?: VkAttachment[];
  update_time?: number;
}

export interface VkMessage {
  id: Field<'id'>;
  conversation_message_id: Field<'conversation_message_id'>;
  date: Field<'date'>;
  from_id: Field<'from_id'>;
  peer_id: Field<'peer_id'>;
  out: 0 | 1;
  text: Field<'text'>;
  version: number;
  attachments: VkAttachment[];
  fwd_messages: VkForeignMessage[];
  important: boolean;
  is_hidden: boolean;
  reply_message?: VkForeignMessage;
  random_id?: Field<'random_id'>;
  payload?: Field<'payload'>;
  ref?: Field<'ref'>;
  keyboard?: VkKeyboard;
  geo?: { type: string; coordinates: { latitude: number; longitude: number } };
  admin_author_id?: Field<'admin_author_id'>;
  update_time?: Field<'update_time'>;
  is_cropped?: boolean;
  deleted?: 1;
  reactions?: { reaction_id: number; count: number; user_ids: number[] }[];
  last_reaction_id?: number;
  [key: string]: unknown;
}

/** One event as long poll and webhooks carry it (callback_base without the secret). */
export interface VkEvent {
  type: string;
  group_id: number;
  event_id: string;
  v: string;
  object: unknown;
}
