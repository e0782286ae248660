/**
 * The tokens of a text: words, numbers, symbols and phones, each with its place, so that a hit can be marked. The same
 * reader serves the index and the query, so both see a text alike.
 */
import { normalise } from '../../../shared/words/normalise.ts';
import { stemOf } from '../../../shared/words/stems.ts';

export interface Token {
  kind: 'word' | 'number' | 'symbol' | 'phone';
  /** Normalised. A phone is its digits alone. */
  form: string;
  /** The place in the original text, in UTF-16 units. */
  start: number;
  end: number;
}

/** Longer runs are cut: nobody types them, and they would fill the dictionary. */
const TOKEN_CHARS_MAX = 64;
const PHONE_DIGITS_MIN = 10;
const PHONE_DIGITS_MAX = 15;

/** Letters, digits or symbols in a row; `C++` and `F#` keep their signs. Plain punctuation is no token. */
const RUNS =
  /(?<word>[\p{L}\p{M}]+(?:[+#]{1,2}(?![\p{L}\p{N}]))?)|(?<number>\p{N}+)|(?<symbol>(?:[\p{S}\p{P}]|\u200d|\ufe0f)+)/gu;
const PHONES = /(?<![\p{L}\p{N}])\+?\d(?:[\s().‐-―−-]{0,3}\d){9,14}(?![\p{L}\p{N}])/gu;
const PLAIN_PUNCTUATION = /^[.,!?;:()/«»"'“”„…–—-]+$/u;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(RUNS)) {
    const { word, number, symbol } = match.groups!;
    const start = match.index;
    const end = start + match[0].length;
    if (symbol !== undefined && PLAIN_PUNCTUATION.test(symbol)) continue;
    const kind = word !== undefined ? 'word' : number !== undefined ? 'number' : 'symbol';
    // Symbols as they are: «№» must not become `no`.
    const form = (kind === 'symbol' ? match[0] : normalise(match[0])).slice(0, TOKEN_CHARS_MAX);
    if (form !== '') tokens.push({ kind, form, start, end });
  }
  return tokens;
}

/** Phones as people write them, with spaces, brackets and dashes. They overlap the numbers of `tokensOf`. */
export function phonesIn(text: string): Token[] {
  const phones: Token[] = [];
  for (const match of text.matchAll(PHONES)) {
    const digits = match[0].replace(/\D/gu, '');
    if (digits.length < PHONE_DIGITS_MIN || digits.length > PHONE_DIGITS_MAX) continue;
    const form = digits.length === 11 && digits.startsWith('8') ? `7${digits.slice(1)}` : digits;
    phones.push({ kind: 'phone', form, start: match.index, end: match.index + match[0].length });
  }
  return phones;
}

/** Numbers and symbols stand as they are; words go by their stem. */
export function stemOfToken({ kind, form }: Pick<Token, 'kind' | 'form'>): string {
  return kind === 'word' ? stemOf(form) : form;
}
