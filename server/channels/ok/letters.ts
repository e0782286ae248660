/** OK's events as dead letters: each form of raw text has its reader in `ingestLetter.ts`. */
import { createHash } from 'node:crypto';
import type { NewDeadLetter } from '../../deadLetters/deadLetters.ts';
import { jsonText } from '../jsonText.ts';
import type { ListedChat } from './chats.ts';
import type { OkEvent, OkMessage } from './schema.ts';

/** An event of the webhook; one message of the history; one chat of the list of chats. */
export type OkLetterForm = 'event' | 'message' | 'chat';

/** Deeper than anything that OK sends, and shallow enough to be read again. */
const RAW_DEPTH = 500;

type Letter = NewDeadLetter & { form: OkLetterForm };

export function letterOfEvent(event: Exclude<OkEvent, { webhookType: 'CHAT_SYSTEM' }>): Letter {
  const peerId = event.sender.user_id;
  const identity =
    event.webhookType === 'MESSAGE_CREATED'
      ? messageIdentity(peerId, event.message.mid)
      : `callback ${peerId} ${event.callbackId}`;
  return { form: 'event', peerId, eventType: event.webhookType, identity, ...rawOf(event) };
}

/** An event of a known type that has another form than the desk knows. */
export function letterOfUnreadable(body: { webhookType: string }): Letter {
  const raw = rawOf(body);
  const { webhookType: eventType } = body;
  return { form: 'event', peerId: null, eventType, identity: `${eventType} ${digest(raw.raw)}`, ...raw };
}

export function letterOfMessage(message: OkMessage, userId: string): Letter {
  return {
    form: 'message',
    peerId: userId,
    eventType: 'MESSAGE_CREATED',
    identity: messageIdentity(userId, message.message.mid),
    ...rawOf({ userId, message }),
  };
}

export function letterOfChat(chat: ListedChat, sinceMs: number): Letter {
  const { userId: peerId } = chat;
  return {
    form: 'chat',
    peerId,
    eventType: 'chat',
    identity: `chat ${peerId}`,
    ...rawOf({ chat, sinceMs }),
  };
}

const messageIdentity = (userId: string, mid: string) => `message ${userId} ${mid}`;

function rawOf(value: unknown): { raw: string; isWhole: boolean } {
  const { text: raw, isWhole } = jsonText(value, RAW_DEPTH);
  return { raw, isWhole };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
