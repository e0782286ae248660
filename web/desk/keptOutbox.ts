/** Keeps each person's unsent messages in the tab's storage, beside the drafts: they survive a reload. */
import { z } from 'zod';
import { quoteView, uploadView } from '../../shared/schemas/message.ts';
import type { DraftStorage } from './drafts.ts';
import type { Outbox } from './outbox.ts';

export const OUTBOX_PREFIX = 'notify-inbox:outbox:';
/** The oldest of more stay in memory only. */
const KEPT_MAX = 50;

const keptOutbox = z.array(
  z.object({
    clientToken: z.string(),
    conversationId: z.string(),
    kind: z.enum(['answer', 'note']),
    text: z.string(),
    uploads: z.array(uploadView),
    replyTo: quoteView.nullable(),
    writtenAt: z.string(),
    seenSeq: z.number().optional(),
    cannedAnswerIds: z.array(z.string()).optional(),
    failure: z.string().nullable(),
  }),
);

export function readKept(storage: DraftStorage, personId: string): Outbox {
  try {
    const kept = keptOutbox.safeParse(JSON.parse(storage.getItem(OUTBOX_PREFIX + personId) ?? '[]'));
    if (!kept.success) return [];
    return kept.data.map((message) => ({ ...message, isUnderWay: false })) as unknown as Outbox;
  } catch {
    return [];
  }
}

export function writeKept(storage: DraftStorage, personId: string, outbox: Outbox): void {
  const kept = outbox.slice(-KEPT_MAX).map(({ isUnderWay: _, ...message }) => message);
  try {
    if (kept.length === 0) storage.removeItem(OUTBOX_PREFIX + personId);
    else storage.setItem(OUTBOX_PREFIX + personId, JSON.stringify(kept));
  } catch {
    // If storage is full or forbidden, the messages stay in memory only.
  }
}

/** Everybody whose messages this tab keeps. */
export function keptWriters(storage: DraftStorage): string[] {
  const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at));
  return keys.flatMap((key) => (key?.startsWith(OUTBOX_PREFIX) ? [key.slice(OUTBOX_PREFIX.length)] : []));
}
