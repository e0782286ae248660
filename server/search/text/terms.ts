/**
 * The terms under which the index holds a text. A term's first character names its kind, so that kinds never meet:
 * - `w` a word's stem, a number or a symbol
 * - `q` two neighbouring words, numbers or symbols: see `pairTerm`
 * - `b` the first one or two letters of a word, for searches that short
 * - `t` a phone in a text, by its digits
 * - `x` the last digits of a client's phone, keyed (see `phoneTails.ts`)
 * - `a` what a message is, not what it says: `attributeTerm`
 */
import { phonesIn, stemOfToken, type Token, tokensOf } from './tokens.ts';

const BEGINNING_CHARS_MAX = 2;

/** `answered` and `answerer`: how soon a reply was answered, and by whom (see `answerBands.ts`). */
export type Attribute = 'kind' | 'community' | 'person' | 'conversation' | 'file' | 'answered' | 'answerer';

const attributeLetters = {
  kind: 'k',
  community: 'c',
  person: 'p',
  conversation: 'o',
  file: 'f',
  answered: 'a',
  answerer: 'w',
} as const satisfies Record<Attribute, string>;

export const attributeTerm = (attribute: Attribute, value = ''): string =>
  `a${attributeLetters[attribute]}${value}`;
export const wordTerm = (token: Pick<Token, 'kind' | 'form'>): string => `w${stemOfToken(token)}`;
/**
 * Two stems that stand side by side, as one of 65,536 terms: a phrase of frequent words is then sought in few messages,
 * and the dictionary does not grow with the pairs that a language has. Others may share the term, so a hit is checked.
 */
function pairTerm(first: string, second: string): string {
  // FNV-1a, folded to 16 bits.
  let hash = 0x811c9dc5;
  const text = `${first} ${second}`;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `q${((hash >>> 16) ^ (hash & 0xffff)).toString(36)}`;
}

export const pairTerms = (stems: readonly string[]): string[] =>
  stems.slice(1).map((stem, at) => pairTerm(stems[at]!, stem));

export const beginningTerm = (letters: string): string => `b${letters}`;
export const phoneTerm = (digits: string): string => `t${digits}`;
export const tailTerm = (keyed: string): string => `x${keyed}`;

/** Adds the terms of a text. */
export function addTerms(terms: Set<string>, text: string): void {
  if (text === '') return;
  const tokens = tokensOf(text);
  for (const pair of pairTerms(tokens.map(stemOfToken))) terms.add(pair);
  for (const token of tokens) {
    terms.add(wordTerm(token));
    if (token.kind === 'symbol') continue;
    const letters = [...token.form.slice(0, 2 * BEGINNING_CHARS_MAX)];
    for (let count = 1; count <= Math.min(BEGINNING_CHARS_MAX, letters.length); count += 1)
      terms.add(beginningTerm(letters.slice(0, count).join('')));
  }
  for (const { form } of phonesIn(text)) terms.add(phoneTerm(form));
}
