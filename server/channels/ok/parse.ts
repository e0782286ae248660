/**
 * Converts OK's messages to ours. A dialogue is identified by the client's user id, as in VK: it never changes, and
 * OK accepts it as an addressee. OK does not number messages, so they have no position.
 */

import type { NetworkEvent, NetworkMessage } from '../../conversations/intake/networkEvent.ts';
import { currentTime } from '../../work/clock.ts';
import { payloadText } from '../jsonText.ts';
import { networkTime } from '../networkTime.ts';
import { readAttachments } from './attachments.ts';
import type { OkCallback, OkMessage } from './schema.ts';

/** Groups write under ids with their own prefix. */
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
    // OK does not say which person of the group wrote it; our own message is recognised by its text.
    isFromAdministrator: false,
    randomId: null,
    text: message.text,
    attachments: readAttachments(message.attachments),
    replyTo: message.reply_to
      ? { externalId: message.reply_to, authorExternalId: '', text: '', attachmentKinds: [] }
      : null,
    forwarded: [],
    sentAt: networkTime(timestamp),
    editedAt: null,
    isBackfilled,
  };
}

/** Repeated deliveries of one press share a `callbackId`. It is not a `mid`, so such a message cannot be quoted. */
const CALLBACK_PREFIX = 'callback:';

export function isQuotable(externalId: string): boolean {
  return !externalId.startsWith(CALLBACK_PREFIX);
}

/**
 * A pressed button makes no message in OK, but it is the client's reply. The desk shows it as a reply to the message
 * with the button, with the button's label as its text.
 */
export function toPress(
  press: OkCallback,
  { label, messageText }: { label: string; messageText: string },
  now = currentTime(),
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
      payload: payloadText(payload),
      sentAt: timestamp === undefined ? now : networkTime(timestamp),
      editedAt: null,
      isBackfilled: false,
    },
  };
}
