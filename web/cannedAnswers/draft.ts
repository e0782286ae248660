/** A canned answer while it is edited: its text has titles in place of the names of variables. Pure. */
import { toShownText, toStoredText } from '../../shared/cannedText.ts';
import type { CannedAnswerView } from '../../shared/schemas/cannedAnswer.ts';
import type { Language } from '../i18n/areas.ts';

export interface CannedDraft {
  isShared: boolean;
  folder: string;
  name: string;
  text: string;
  /** Of the answer when the editing began. */
  version: number;
}

export function draftOf(held: CannedAnswerView | null, isShared: boolean, language: Language): CannedDraft {
  if (!held) return { isShared, folder: '', name: '', text: '', version: 0 };
  const { folder, name, text, version } = held;
  return { isShared: held.isShared, folder, name, text: toShownText(text, language), version };
}

export function isSame(a: CannedDraft, b: CannedDraft): boolean {
  return (
    a.isShared === b.isShared &&
    a.folder.trim() === b.folder.trim() &&
    a.name.trim() === b.name.trim() &&
    toStoredText(a.text.trim()) === toStoredText(b.text.trim())
  );
}

/** Inserts `{title}` in place of the selection. @returns the text and the place after the insertion. */
export function withVariable(
  text: string,
  title: string,
  { start, end }: { start: number; end: number },
): { text: string; caret: number } {
  const inserted = `{${title}}`;
  return {
    text: text.slice(0, start) + inserted + text.slice(end),
    caret: start + inserted.length,
  };
}
