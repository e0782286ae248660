/** The stem of a Russian or English word, so that «возвратом» finds «возврат». Other words are their own stem. */
import { stemmer as englishStem } from '@orama/stemmers/english';
import { stemmer as russianStem } from '@orama/stemmers/russian';

/** Stemming takes about 8 µs, and a language has few frequent words. */
const KEPT_STEMS = 50_000;
const kept = new Map<string, string>();

/** @param word normalised: see `normalise.ts`. */
export function stemOf(word: string): string {
  const known = kept.get(word);
  if (known !== undefined) return known;
  const stem = computeStem(word);
  if (kept.size >= KEPT_STEMS) kept.clear();
  kept.set(word, stem);
  return stem;
}

function computeStem(word: string): string {
  if (/^[а-я]+$/.test(word)) return russianStem(word) || word;
  if (/^[a-z]+$/.test(word)) return englishStem(word) || word;
  return word;
}
