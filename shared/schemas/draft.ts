/** What a person has begun to write in a conversation: theirs alone, the same at all their devices. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { id } from './common.ts';
import { quoteView } from './message.ts';

/** What canned answers have brought into a text. */
export const cannedInDraft = z.object({
  ids: z.array(id).max(limits.cannedInDraft),
  /** What they left to fill, as it stood in the text: `{номер заказа}`. */
  places: z.array(z.string().max(limits.cannedTextChars)).max(limits.cannedInDraft),
});

export const draftContent = z.object({
  /** May be longer than an answer may be: the person shortens it before it is sent. */
  text: z.string().max(limits.incomingTextChars),
  mode: z.enum(['answer', 'note']),
  /** The thread's last `seq` when the writing began; null while the text is empty. */
  sinceSeq: z.number().int().nonnegative().nullable(),
  /** The message that the answer will quote. */
  quoted: quoteView.extend({ text: z.string().max(limits.incomingTextChars) }).nullable(),
  /** Absent when no canned answer is in the text. */
  canned: cannedInDraft.optional(),
});
export type DraftContent = z.infer<typeof draftContent>;

export const storedDraft = draftContent.extend({
  conversationId: id,
  /** Grows with each save of this person in this conversation, also after the draft was emptied: it follows the clock. */
  revision: z.number().int().positive(),
});
export type StoredDraft = z.infer<typeof storedDraft>;

export const draftSave = z.strictObject({
  ...draftContent.shape,
  /** The newest revision that this device knows; 0 when it knows none. */
  baseRevision: z.number().int().nonnegative(),
});
export type DraftSave = z.infer<typeof draftSave>;

export function isEmptyDraft({ text, quoted }: Pick<DraftContent, 'text' | 'quoted'>): boolean {
  return text === '' && quoted === null;
}
