/** VK's events as dead letters, and dead letters as work: each form of raw text has its reader here. */
import { createHash } from 'node:crypto';
import type { NewDeadLetter } from '../../deadLetters/deadLetters.ts';
import { jsonText } from '../jsonText.ts';
import type { VkMessage, VkUpdate } from './schema.ts';

/** An update of long poll or webhook; one message of the history; one dialogue of the list of dialogues. */
export type VkLetterForm = 'update' | 'message' | 'dialogue';

/** Deeper than anything that VK sends, and shallow enough to be read again. */
const RAW_DEPTH = 500;

type Letter = NewDeadLetter & { form: VkLetterForm };

/** @param peerId null when the update could not be read. */
export function letterOfUpdate({ type, group_id, object }: VkUpdate, peerId: string | null): Letter {
  // Neither the webhook's secret nor the event's id: by long poll the same event has another one.
  const { text: raw, isWhole } = jsonText({ type, group_id, object }, RAW_DEPTH);
  const cmid = type === 'message_edit' ? undefined : cmidIn(object);
  return {
    form: 'update',
    peerId,
    eventType: type,
    identity:
      peerId !== null && cmid !== undefined ? messageIdentity(peerId, cmid) : `${type} ${digest(raw)}`,
    raw,
    isWhole,
  };
}

export function letterOfMessage(message: VkMessage): Letter {
  const { text: raw, isWhole } = jsonText(message, RAW_DEPTH);
  const peerId = String(message.peer_id);
  return {
    form: 'message',
    peerId,
    eventType: message.out === 1 ? 'message_reply' : 'message_new',
    identity: messageIdentity(peerId, message.conversation_message_id),
    raw,
    isWhole,
  };
}

export function letterOfDialogue(item: unknown, peerId: string): Letter {
  const { text: raw, isWhole } = jsonText(item, RAW_DEPTH);
  return { form: 'dialogue', peerId, eventType: 'dialogue', identity: `dialogue ${peerId}`, raw, isWhole };
}

const messageIdentity = (peerId: string, cmid: number) => `message ${peerId} ${cmid}`;

/** Of messages only: read marks, reactions and buttons name the message that they are about. */
function cmidIn(object: unknown): number | undefined {
  const { message = object } = (object ?? {}) as { message?: unknown };
  const { conversation_message_id: cmid, from_id, date } = (message ?? {}) as Record<string, unknown>;
  const isMessage = typeof from_id === 'number' && typeof date === 'number';
  return isMessage && typeof cmid === 'number' ? cmid : undefined;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
