/** Reads a chat's history: all messages since a time, the button of one message, and a message we may have sent. */
import type { SentLookup } from '../../conversations/outbox/channel.ts';
import { failureOf } from './call.ts';
import type { Chats } from './chats.ts';
import type { OkClient } from './clients.ts';
import { meaningOf } from './errors.ts';
import { type OkMessage, okMessage, okMessages } from './schema.ts';

const PAGE = 100;
/** No real conversation has more messages than this between two sweeps. */
const MOST_PAGES = 20;
/** How far OK's clock may be behind ours. */
const CLOCK_SKEW_MS = 60_000;

/** Messages since `sinceMs`, oldest first. OK answers newest first and takes the time range in ms. */
export async function readSince({ api }: OkClient, chatId: string, sinceMs: number): Promise<OkMessage[]> {
  const byMid = new Map<string, OkMessage>();
  let to: number | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { messages, isFull } = readPage(
      await api.get(`me/messages/${encodeURIComponent(chatId)}`, {
        count: PAGE,
        from: Math.max(0, Math.floor(sinceMs)),
        ...(to === undefined ? {} : { to }),
      }),
    );
    const before = byMid.size;
    for (const one of messages) byMid.set(one.message.mid, one);
    const oldestMs = Math.min(...messages.map(({ timestamp }) => timestamp));
    if (!isFull || !Number.isFinite(oldestMs)) break;
    // OK includes the bound, since one ms may hold several messages. If one ms fills a whole page, OK shows no more
    // of that ms, so skip it: older messages must still be read.
    to = byMid.size === before ? oldestMs - 1 : oldestMs;
  }
  // The sort is stable, so reversing the newest-first answers keeps the order within one ms.
  return [...byMid.values()].reverse().sort((left, right) => left.timestamp - right.timestamp);
}

/** `isFull` counts every message that OK returned, readable or not. */
function readPage(answer: unknown): { messages: OkMessage[]; isFull: boolean } {
  const given = okMessages.parse(answer).messages;
  const messages = given.flatMap((one) => {
    const read = okMessage.safeParse(one);
    return read.success ? [read.data] : [];
  });
  return { messages, isFull: given.length >= PAGE };
}

export interface SentQuery {
  peerId: string;
  text: string;
  since: Date;
}

/**
 * OK stores no id of ours, so a sent message is recognised by its text: the group's first message since then with the
 * same text that the desk does not store already.
 */
export async function findSent(
  chats: Chats,
  client: OkClient,
  { peerId, text, since }: SentQuery,
  storedIds: (externalIds: string[]) => Promise<string[]>,
): Promise<SentLookup> {
  try {
    const chat = await chats.find(client, peerId);
    if (!chat) return { kind: 'absent' };
    const all = await readSince(client, chat.chatId, since.getTime() - CLOCK_SKEW_MS);
    const same = all
      .filter(({ sender, message }) => sender.user_id !== peerId && message.text.trim() === text.trim())
      .map(({ message }) => message.mid);
    const stored = new Set(await storedIds(same));
    const externalId = same.find((mid) => !stored.has(mid));
    return externalId === undefined ? { kind: 'absent' } : { kind: 'found', externalId, position: null };
  } catch (error) {
    const failure = failureOf((error as { cause?: unknown }).cause ?? error);
    const isStop = failure.kind === 'code' && meaningOf(failure.code).class === 'community';
    return isStop ? { kind: 'communityStopped', networkCode: failure.code } : { kind: 'unknown' };
  }
}

export interface PressedButton {
  label: string;
  messageText: string;
}

/** The button's label and its message's text; null when they cannot be found. */
export async function readButton(
  { api }: OkClient,
  { chatId, mid, payload }: { chatId: string; mid: string | undefined; payload: string },
): Promise<PressedButton | null> {
  if (mid === undefined) return null;
  const answer = await api.get(`me/messages/${encodeURIComponent(chatId)}`, { count: PAGE });
  const found = readPage(answer).messages.find(({ message }) => message.mid === mid);
  const keyboards = (found?.message.attachments ?? []) as {
    payload?: { buttons?: { text?: unknown; payload?: unknown }[][] };
  }[];
  for (const keyboard of keyboards) {
    const rows = Array.isArray(keyboard?.payload?.buttons) ? keyboard.payload.buttons : [];
    const button = rows.flat().find((one) => one?.payload === payload);
    if (found && typeof button?.text === 'string')
      return { label: button.text, messageText: found.message.text };
  }
  return null;
}
