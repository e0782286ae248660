/** Turns a thread into lines: day marks, the unread mark, messages, and messages still being sent. Pure. */
import type { MessageView } from '../../shared/schemas/message.ts';
import type { OutgoingMessage } from '../desk/outbox.ts';
import { daysAgo } from '../ui/formatTime.ts';

export type ThreadItem =
  | { kind: 'start'; key: string }
  | { kind: 'day'; key: string; iso: string }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: MessageView; continuesRun: boolean }
  | { kind: 'outgoing'; key: string; outgoing: OutgoingMessage };

/** Messages of one author within this time are grouped under one name. */
const RUN_MS = 5 * 60_000;

export function threadItems(
  messages: readonly MessageView[],
  outgoing: readonly OutgoingMessage[],
  options: { hasOlder: boolean; unreadFromSeq: number | null; showsEvents: boolean },
): ThreadItem[] {
  const items: ThreadItem[] = [];
  if (!options.hasOlder) items.push({ kind: 'start', key: 'start' });
  let previous: MessageView | null = null;
  for (const message of messages) {
    if (!options.showsEvents && isQuiet(message)) continue;
    const isNewDay: boolean =
      previous === null || daysAgo(new Date(previous.sentAt), new Date(message.sentAt)) !== 0;
    if (isNewDay) items.push({ kind: 'day', key: `day-${message.seq}`, iso: message.sentAt });
    const isUnreadMark = message.seq === options.unreadFromSeq;
    if (isUnreadMark) items.push({ kind: 'unread', key: 'unread' });
    items.push({
      kind: 'message',
      key: keyOf(message.clientToken, message.id),
      message,
      continuesRun: previous !== null && !isNewDay && !isUnreadMark && isSameRun(previous, message),
    });
    previous = message;
  }
  const arrived = new Set(messages.map((message) => message.clientToken));
  for (const one of outgoing) {
    if (arrived.has(one.clientToken)) continue;
    items.push({ kind: 'outgoing', key: keyOf(one.clientToken, ''), outgoing: one });
  }
  return items;
}

/** Lines that a person sees only with events switched on. */
function isQuiet({ system }: MessageView): boolean {
  return system?.event === 'labelled';
}

/** A key that is the same before and after the server confirms the message. */
function keyOf(clientToken: string | null, id: string): string {
  return clientToken === null ? `message-${id}` : `token-${clientToken}`;
}

function isSameRun(a: MessageView, b: MessageView): boolean {
  return (
    a.kind === b.kind &&
    a.author.type === b.author.type &&
    a.author.name === b.author.name &&
    a.kind !== 'system' &&
    a.kind !== 'service' &&
    Math.abs(Date.parse(b.sentAt) - Date.parse(a.sentAt)) < RUN_MS
  );
}

/** The first unread reply in the loaded part; null when all are read. */
export function firstUnreadSeq(messages: readonly MessageView[], unreadCount: number): number | null {
  if (unreadCount === 0) return null;
  const replies = messages.filter((message) => message.kind === 'reply');
  return replies.at(-unreadCount)?.seq ?? replies[0]?.seq ?? null;
}
