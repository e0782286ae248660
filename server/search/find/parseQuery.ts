/**
 * Reads a search as people type it. All its words must occur, in any order; words in quotes stand side by side. The
 * last word may be unfinished. Nothing is an operator, so no input is wrong.
 */
import type { Sealing } from '../../storage/sealing.ts';
import { searchedTail } from '../text/phoneTails.ts';
import { beginningTerm, pairTerms, phoneTerm, wordTerm } from '../text/terms.ts';
import { phonesIn, stemOfToken, type Token, tokensOf } from '../text/tokens.ts';

/** What one typed word asks for: any of these. */
export interface Clause {
  /** As typed, normalised. */
  form: string;
  terms: string[];
  /** Any term that begins so. */
  beginnings: string[];
}

export interface Query {
  clauses: Clause[];
  /** Stems that must stand side by side. */
  phrases: string[][];
  /** What the index holds of the phrases. */
  pairs: string[];
  /** The stems of all words in the order in which they were typed. */
  stems: string[];
  /** What also matches this is no hit. */
  except: Pick<Query, 'clauses' | 'phrases'> | null;
}

/** What the index is asked for; the texts are then asked for the clauses and phrases. */
export const indexClauses = ({ clauses, pairs }: Query): Pick<Clause, 'terms' | 'beginnings'>[] => [
  ...clauses,
  ...pairs.map((pair) => ({ terms: [pair], beginnings: [] })),
];

const WORDS_MAX = 16;
const SHORT_CHARS = 2;

export function parseQuery(text: string, sealing: Pick<Sealing, 'blindIndex'>): Query {
  const phones = phonesIn(text);
  const isInPhone = ({ start, end }: Token) =>
    phones.some((phone) => start >= phone.start && end <= phone.end);
  const tokens = tokensOf(text)
    .filter((token) => !isInPhone(token))
    .slice(0, WORDS_MAX);
  const phrases = quotedParts(text)
    .map((part) => tokensOf(part).map(stemOfToken))
    .filter((stems) => stems.length > 1);
  const isQuoted = quotedParts(text).length > 0;
  const last = /[\p{L}\p{N}]$/u.test(text) && !isQuoted ? tokens.at(-1) : undefined;
  const hasLong = tokens.some((token) => !isShort(token)) || phones.length > 0;
  const clauses = phones.map(({ form }) => clauseOfPhone(form, sealing));
  for (const token of tokens) {
    // «по возврату»: two letters beside a word would only hide hits.
    if (isShort(token) && hasLong && !isQuoted) continue;
    clauses.push(clauseOf(token, { isLast: token === last, isAlone: !hasLong, sealing }));
  }
  const stems = tokens.map(stemOfToken);
  return { clauses, phrases, pairs: phrases.flatMap(pairTerms), stems, except: null };
}

/** The same words, side by side as they were typed; null when the search asks for just that, or for one word. */
export function exactly(query: Query): Query | null {
  const { stems, phrases, pairs } = query;
  const isAsked = phrases.some((phrase) => phrase.join(' ') === stems.join(' '));
  if (stems.length < 2 || isAsked) return null;
  return { ...query, phrases: [...phrases, stems], pairs: [...pairs, ...pairTerms(stems)] };
}

const isShort = ({ kind, form }: Token): boolean => kind === 'word' && form.length <= SHORT_CHARS;

function clauseOfPhone(digits: string, sealing: Pick<Sealing, 'blindIndex'>): Clause {
  const tail = searchedTail(sealing, digits);
  return { form: digits, terms: [phoneTerm(digits), ...(tail === null ? [] : [tail])], beginnings: [] };
}

function clauseOf(
  token: Token,
  { isLast, isAlone, sealing }: { isLast: boolean; isAlone: boolean; sealing: Pick<Sealing, 'blindIndex'> },
): Clause {
  const { kind, form } = token;
  const clause: Clause = { form, terms: [wordTerm(token)], beginnings: [] };
  if (kind === 'symbol') return clause;
  if (form.length <= SHORT_CHARS && isAlone) clause.terms.push(beginningTerm(form));
  else if (isLast && form.length > SHORT_CHARS) clause.beginnings.push(`w${form}`);
  const tail = kind === 'number' ? searchedTail(sealing, form) : null;
  if (tail !== null) clause.terms.push(tail);
  return clause;
}

/** The texts in quotes; a quote that is not closed goes to the end. */
function quotedParts(text: string): string[] {
  return [...text.matchAll(/["“”„]([^"“”„]+)(?:["“”„]|$)|«([^»]+)(?:»|$)/gu)].map(
    ([, plain, russian]) => plain ?? russian ?? '',
  );
}
