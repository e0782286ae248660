/** Converts VK's messages to ours, without calling VK or the store. */
import type { NetworkMessage, StoredForward } from '../../conversations/intake/networkEvent.ts';
import { payloadText } from '../jsonText.ts';
import { networkTime } from '../networkTime.ts';
import { readAttachments } from './attachments.ts';
import { type VkForeignMessage, type VkMessage, vkForeignMessage } from './schema.ts';

/** Peers from this id on are group chats (VK's page of peer_id); the desk has no threads for them. */
const FIRST_CHAT_PEER_ID = 2_000_000_000;
/** VK's own limits are lower, but a forged event may nest without end. */
const FORWARD_DEPTH = 8;
const MOST_FORWARDED = 100;

/** True for a dialogue with one person; false for group chats, other communities and mail. */
export function isPerson(peerId: number): boolean {
  return peerId > 0 && peerId < FIRST_CHAT_PEER_ID;
}

export function toNetworkMessage(message: VkMessage, isBackfilled: boolean): NetworkMessage {
  // Long poll may omit `out`; the author of a community's message is its negative id.
  const isOut = message.out === undefined ? message.from_id < 0 : message.out === 1;
  const { reply_message: quoted, admin_author_id: administratorId } = message;
  return {
    peerId: String(message.peer_id),
    externalId: String(message.conversation_message_id),
    position: message.conversation_message_id,
    direction: isOut ? 'out' : 'in',
    authorExternalId: String(isOut && administratorId ? administratorId : message.from_id),
    isFromAdministrator: isOut && administratorId !== undefined && administratorId > 0,
    randomId: isOut && message.random_id !== undefined ? String(message.random_id) : null,
    text: message.text,
    attachments: readAttachments(message.attachments, message.geo),
    replyTo: quoted
      ? {
          externalId: quotedExternalId(message, quoted),
          authorExternalId: String(quoted.from_id),
          text: quoted.text,
          attachmentKinds: readAttachments(quoted.attachments, quoted.geo).map(({ kind }) => kind),
        }
      : null,
    forwarded: toForwards(message.fwd_messages, FORWARD_DEPTH),
    ...(message.payload === undefined || message.payload === null
      ? {}
      : { payload: payloadText(message.payload) }),
    ...(message.message_tag ? { tag: message.message_tag } : {}),
    sentAt: networkTime(message.date * 1000),
    editedAt: message.update_time ? networkTime(message.update_time * 1000) : null,
    isBackfilled,
  };
}

export function isDeleted(message: VkMessage): boolean {
  return message.deleted === 1 || message.deleted === true;
}

/** Null for a quote from another dialogue: its number would point to a different message here. */
function quotedExternalId(message: VkMessage, quoted: VkForeignMessage): string | null {
  const isHere = quoted.peer_id === undefined || quoted.peer_id === message.peer_id;
  return isHere && quoted.conversation_message_id ? String(quoted.conversation_message_id) : null;
}

function toForwards(list: readonly unknown[], depth: number): StoredForward[] {
  if (depth === 0) return [];
  return list.slice(0, MOST_FORWARDED).flatMap((given) => {
    const read = vkForeignMessage.safeParse(given);
    if (!read.success) return [];
    const { from_id, text, date, attachments, geo, fwd_messages } = read.data;
    return [
      {
        authorExternalId: String(from_id),
        authorName: null,
        text,
        sentAt: networkTime(date * 1000),
        attachments: readAttachments(attachments, geo),
        forwarded: toForwards(fwd_messages, depth - 1),
      },
    ];
  });
}
