/**
 * The terms under which the index holds a text. A term's first character names its kind, so that kinds never meet:
 * - `w` a word's stem, a number or a symbol
 * - `b` the first one or two letters of a word, for searches that short
 * - `t` a phone in a text, by its digits
 * - `x` the last digits of a client's phone, keyed (see `phoneTails.ts`)
 * - `a` what a message is, not what it says: `attributeTerm`
 */
import { phonesIn, stemOfToken, type Token, tokensOf } from './tokens.ts';

const BEGINNING_CHARS_MAX = 2;

export type Attribute = 'kind' | 'community' | 'person' | 'conversation' | 'file';

const attributeLetters = {
  kind: 'k',
  community: 'c',
  person: 'p',
  conversation: 'o',
  file: 'f',
} as const satisfies Record<Attribute, string>;

export const attributeTerm = (attribute: Attribute, value = ''): string =>
  `a${attributeLetters[attribute]}${value}`;
export const wordTerm = (token: Pick<Token, 'kind' | 'form'>): string => `w${stemOfToken(token)}`;
export const beginningTerm = (letters: string): string => `b${letters}`;
export const phoneTerm = (digits: string): string => `t${digits}`;
export const tailTerm = (keyed: string): string => `x${keyed}`;

/** Adds the terms of a text. */
export function addTerms(terms: Set<string>, text: string): void {
  if (text === '') return;
  for (const token of tokensOf(text)) {
    terms.add(wordTerm(token));
    if (token.kind === 'symbol') continue;
    const letters = [...token.form.slice(0, 2 * BEGINNING_CHARS_MAX)];
    for (let count = 1; count <= Math.min(BEGINNING_CHARS_MAX, letters.length); count += 1)
      terms.add(beginningTerm(letters.slice(0, count).join('')));
  }
  for (const { form } of phonesIn(text)) terms.add(phoneTerm(form));
}
