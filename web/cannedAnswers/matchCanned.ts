/**
 * Finds canned answers by words of their names, folders and texts: in any form (Russian and English stems), by the
 * beginning of a word, and as typed on the other keyboard layout. Pure.
 */
import type { CannedAnswerView } from '../../shared/schemas/cannedAnswer.ts';
import { onOtherLayout } from '../../shared/words/keyboardLayout.ts';
import { normalise } from '../../shared/words/normalise.ts';
import { stemOf } from '../../shared/words/stems.ts';
import { byName } from './groups.ts';

export interface CannedIndex {
  /** The best first; all of them, the most used first, for an empty query. */
  find(query: string): CannedAnswerView[];
}

const WORDS = /[\p{L}\p{M}]+|\p{N}+/gu;
/** A word of the name outweighs one of the folder, and that one of the text. */
const WEIGHTS = [4, 2, 1] as const;

interface Word {
  form: string;
  stem: string;
}

/** @param shownText an answer's text as its reader sees it. */
export function createCannedIndex(
  answers: readonly CannedAnswerView[],
  shownText: (text: string) => string,
): CannedIndex {
  const byUse = [...answers].sort((a, b) => b.uses - a.uses || byName.compare(a.name, b.name));
  const entries = byUse.map((answer) => ({
    answer,
    parts: [answer.name, answer.folder, shownText(answer.text)].map(wordsOf),
  }));

  const findTyped = (query: string): CannedAnswerView[] => {
    const asked = wordsOf(query);
    if (asked.length === 0) return [];
    return entries
      .map(({ answer, parts }) => ({ answer, score: scoreOf(asked, parts) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .map(({ answer }) => answer);
  };

  return {
    find(query) {
      if (query.trim() === '') return byUse;
      const found = findTyped(query);
      const other = found.length === 0 ? onOtherLayout(query) : null;
      return other === null ? found : findTyped(other);
    },
  };
}

/** 0 unless every word is found. */
function scoreOf(asked: readonly Word[], parts: readonly (readonly Word[])[]): number {
  let score = 0;
  for (const word of asked) {
    const at = parts.findIndex((words) => words.some((each) => isMatch(word, each)));
    if (at === -1) return 0;
    score += WEIGHTS[at] ?? 0;
    // The name that begins with what is typed is most often the one that is meant.
    if (at === 0 && parts[0]?.[0]?.form.startsWith(word.form)) score += 1;
  }
  return score;
}

function isMatch(asked: Word, word: Word): boolean {
  return word.stem === asked.stem || word.form.startsWith(asked.form);
}

function wordsOf(text: string): Word[] {
  return [...normalise(text).matchAll(WORDS)].map(([form]) => ({ form, stem: stemOf(form) }));
}
