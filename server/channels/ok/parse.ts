/**
 * OK's messages in our words. A dialogue is known by the client's user id, as in VK: the id that a person keeps, and
 * the one that OK takes as an addressee. OK numbers no messages, so none has a position.
 */
import type { NetworkEvent, NetworkMessage } from '../../conversations/intake/networkEvent.ts';
import { readAttachments } from './attachments.ts';
import type { OkCallback, OkMessage } from './schema.ts';

/** Groups write under ids of their own kind. */
export function isPerson(userId: string): boolean {
  return !userId.startsWith('group:');
}

export function toNetworkMessage(
  { sender, message, timestamp }: OkMessage,
  peerId: string,
  isBackfilled: boolean,
): NetworkMessage {
  const isFromClient = sender.user_id === peerId;
  return {
    peerId,
    externalId: message.mid,
    position: null,
    direction: isFromClient ? 'in' : 'out',
    authorExternalId: sender.user_id,
    // OK does not say who of the group wrote; what we are sending now is told by its text.
    isFromAdministrator: false,
    randomId: null,
    text: message.text,
    attachments: readAttachments(message.attachments),
    replyTo: message.reply_to
      ? { externalId: message.reply_to, authorExternalId: '', text: '', attachmentKinds: [] }
      : null,
    forwarded: [],
    sentAt: new Date(timestamp),
    editedAt: null,
    isBackfilled,
  };
}

/** Two deliveries of one press have one `callbackId`; it is no `mid`, so nothing can be quoted by it. */
const CALLBACK_PREFIX = 'callback:';

export function isQuotable(externalId: string): boolean {
  return !externalId.startsWith(CALLBACK_PREFIX);
}

/**
 * In OK a pressed button makes no message, yet it is the client's answer: it is shown as one, under the message that
 * has the button, with the button's words as its text.
 */
export function toPress(
  press: OkCallback,
  { label, messageText }: { label: string; messageText: string },
  now = new Date(),
): NetworkEvent {
  const { sender, callbackId, payload, mid, timestamp } = press;
  return {
    type: 'message',
    message: {
      peerId: sender.user_id,
      externalId: `${CALLBACK_PREFIX}${callbackId}`,
      position: null,
      direction: 'in',
      authorExternalId: sender.user_id,
      isFromAdministrator: false,
      randomId: null,
      text: label,
      attachments: [],
      replyTo: mid ? { externalId: mid, authorExternalId: '', text: messageText, attachmentKinds: [] } : null,
      forwarded: [],
      payload: readPayload(payload),
      sentAt: timestamp === undefined ? now : new Date(timestamp),
      editedAt: null,
      isBackfilled: false,
    },
  };
}

function readPayload(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
