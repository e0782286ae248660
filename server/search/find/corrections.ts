/** The words of the index that a search without hits may have meant: they differ by one letter. */
import { slotCountOf, type TermEntry } from '../segments/dictionary.ts';
import type { Segment } from '../segments/segment.model.ts';
import type { SegmentReader } from '../segments/segmentReader.ts';
import { stemOfToken, tokensOf } from '../text/tokens.ts';

const CORRECTED_CHARS_MIN = 5;
/** The letters that are taken for right. One wrong letter is rarely among them. */
const KNOWN_BEGINNING_CHARS = 2;
const NEIGHBOURS_MOST = 4_000;

export interface Correction {
  /** The word as typed, and a stem of the index in its place. */
  typed: string;
  stem: string;
}

/** For each word that no text holds, the most frequent stem that differs by one letter. */
export async function findCorrections(
  reader: SegmentReader,
  segments: readonly Segment[],
  text: string,
): Promise<Correction[]> {
  const words = tokensOf(text)
    .filter(({ kind, form }) => kind === 'word' && form.length >= CORRECTED_CHARS_MIN)
    .map((token) => ({ typed: text.slice(token.start, token.end), stem: stemOfToken(token) }));
  if (words.length === 0) return [];
  const beginnings = [...new Set(words.map(({ stem }) => `w${stem.slice(0, KNOWN_BEGINNING_CHARS)}`))];
  const found = await reader.findTerms(segments, { terms: [], beginnings, beginningsMost: NEIGHBOURS_MOST });
  const countOf = new Map<string, number>();
  for (const { byBeginning } of found)
    for (const entry of [...byBeginning.values()].flat())
      countOf.set(wordOf(entry), (countOf.get(wordOf(entry)) ?? 0) + slotCountOf(entry));
  return words.flatMap(({ typed, stem }) => {
    if (countOf.has(stem)) return [];
    const [nearest] = [...countOf].filter(([known]) => isOneAway(stem, known)).sort(([, a], [, b]) => b - a);
    return nearest ? [{ typed, stem: nearest[0] }] : [];
  });
}

const wordOf = ({ term }: TermEntry): string => term.slice(1);

/** One letter more, less, other, or two neighbours in the other order. */
export function isOneAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let ends = 0;
  while (ends < Math.min(a.length, b.length) - start && a.at(-1 - ends) === b.at(-1 - ends)) ends += 1;
  const restA = a.slice(start, a.length - ends);
  const restB = b.slice(start, b.length - ends);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
