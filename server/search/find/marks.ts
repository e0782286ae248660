/**
 * Where the words of a search stand in a text, and the part of the text to show. Every hit is checked here against the
 * text as it is now: what was edited or erased since it was indexed is no hit.
 */

import { beginningTerm, phoneTerm, wordTerm } from '../text/terms.ts';
import { phonesIn, stemOfToken, type Token, tokensOf } from '../text/tokens.ts';
import type { Clause, Query } from './parseQuery.ts';

/** From and to, in UTF-16 units. */
export type Mark = [number, number];

export interface Excerpt {
  text: string;
  marks: Mark[];
}

interface ReadText {
  tokens: readonly Token[];
  stems: readonly string[];
  phones: readonly Token[];
}

function readText(text: string): ReadText {
  const tokens = tokensOf(text);
  return { tokens, stems: tokens.map(stemOfToken), phones: phonesIn(text) };
}

/** The tokens of the text that match a clause. */
function matchesOf({ terms, beginnings }: Clause, { tokens, phones }: ReadText): Token[] {
  const isWanted = (token: Token) => {
    const term = wordTerm(token);
    if (terms.includes(term) || beginnings.some((beginning) => term.startsWith(beginning))) return true;
    if (token.kind === 'symbol') return false;
    const letters = [...token.form.slice(0, 4)].slice(0, 2);
    return letters.some((_, at) => terms.includes(beginningTerm(letters.slice(0, at + 1).join(''))));
  };
  return [...tokens.filter(isWanted), ...phones.filter(({ form }) => terms.includes(phoneTerm(form)))];
}

/** Null when one of the words, or a phrase, does not occur in these texts. */
export function findMarks(
  { clauses, phrases }: Pick<Query, 'clauses' | 'phrases'>,
  texts: readonly string[],
): Mark[][] | null {
  const read = texts.map(readText);
  if (!phrases.every((phrase) => read.some(({ stems }) => holdsPhrase(stems, phrase)))) return null;
  const marksOf = texts.map((): Mark[] => []);
  for (const clause of clauses) {
    let isMissing = true;
    for (const [at, text] of read.entries())
      for (const { start, end } of matchesOf(clause, text)) {
        isMissing = false;
        marksOf[at]!.push([start, end]);
      }
    if (isMissing) return null;
  }
  return marksOf.map(joinMarks);
}

function holdsPhrase(stems: readonly string[], phrase: readonly string[]): boolean {
  return stems.some((_, start) => phrase.every((stem, at) => stems[start + at] === stem));
}

function joinMarks(marks: Mark[]): Mark[] {
  const joined: Mark[] = [];
  for (const [from, to] of marks.sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

const BEFORE_CHARS = 60;
const EXCERPT_CHARS = 240;

/** The part of the text around its first mark, on one line. */
export function excerptAround(text: string, marks: readonly Mark[]): Excerpt {
  const first = marks[0]?.[0] ?? 0;
  let start = first <= BEFORE_CHARS ? 0 : text.lastIndexOf(' ', first - BEFORE_CHARS) + 1;
  if (first - start > 2 * BEFORE_CHARS) start = first - BEFORE_CHARS;
  start = wholeCharacter(text, start);
  const end = wholeCharacter(text, Math.min(text.length, start + EXCERPT_CHARS));
  const head = start > 0 ? '…' : '';
  const part = text.slice(start, end).replace(/\s/gu, ' ');
  return {
    text: `${head}${part}${end < text.length ? '…' : ''}`,
    marks: marks
      .filter(([from, to]) => from >= start && to <= end)
      .map(([from, to]) => [from - start + head.length, to - start + head.length]),
  };
}

/** Not between the halves of an emoji. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
