/**
 * Pages of a segment's terms in ascending order, each with where its postings are. A term shares the beginning of the
 * one before. Short postings stand in the page itself, so that a rare word costs one read.
 */
import { ByteReader, ByteWriter } from './bytes.ts';
import type { encodePostings, Group } from './postings.ts';

const DICTIONARY_PAGE_BYTES = 4096;
const INLINE_BYTES_MAX = 24;

export interface TermEntry {
  term: string;
  groups: Group[];
  /** Where the postings begin in the segment's stream; null when they stand in `inline`. */
  offset: number | null;
  inline: Uint8Array | null;
}

export const slotCountOf = ({ groups }: TermEntry): number =>
  groups.reduce((sum, { count }) => sum + count, 0);

/** Writes one page's entries. */
export class DictionaryPageWriter {
  readonly #writer = new ByteWriter();
  #before: Uint8Array = new Uint8Array(0);
  /** The page's first term; null while it is empty. */
  firstTerm: string | null = null;

  get isFull(): boolean {
    return this.#writer.length >= DICTIONARY_PAGE_BYTES;
  }

  /** @param offset where the bytes go in the stream. @returns false when they stand in the page, and not there. */
  add(term: string, { groups, bytes }: ReturnType<typeof encodePostings>, offset: number): boolean {
    const name = Buffer.from(term);
    let shared = 0;
    while (shared < name.length && name[shared] === this.#before[shared]) shared += 1;
    this.#writer.number(shared);
    this.#writer.number(name.length - shared);
    this.#writer.bytes(name.subarray(shared));
    this.#before = name;
    this.firstTerm ??= term;
    const isInline = bytes.length <= INLINE_BYTES_MAX;
    this.#writer.number(groups.length * 2 + (isInline ? 1 : 0));
    let noBefore = 0;
    for (const { no, count, length } of groups) {
      this.#writer.number(no - noBefore);
      this.#writer.number(count);
      this.#writer.number(length);
      noBefore = no;
    }
    if (isInline) this.#writer.bytes(bytes);
    else this.#writer.number(offset);
    return !isInline;
  }

  take(): Buffer {
    const bytes = this.#writer.take();
    this.#writer.clear();
    this.#before = new Uint8Array(0);
    this.firstTerm = null;
    return bytes;
  }
}

export function* readDictionaryPage(page: Uint8Array): Generator<TermEntry> {
  const reader = new ByteReader(page);
  let name = Buffer.alloc(0);
  while (!reader.isAtEnd) {
    const shared = reader.number();
    name = Buffer.concat([name.subarray(0, shared), reader.bytes(reader.number())]);
    yield readEntry(reader, name.toString());
  }
}

/** The page's entry of this term, without reading the others' names. */
export function findEntry(page: Uint8Array, term: string): TermEntry | null {
  const [entry = null] = entriesMatching(page, term, { isBeginning: false });
  return entry;
}

/** The page's entries whose terms begin so, at most so many. */
export function entriesBeginning(page: Uint8Array, beginning: string, most: number): TermEntry[] {
  return [...entriesMatching(page, beginning, { isBeginning: true, most })];
}

function* entriesMatching(
  page: Uint8Array,
  wanted: string,
  { isBeginning, most = 1 }: { isBeginning: boolean; most?: number },
): Generator<TermEntry> {
  const name = Buffer.from(wanted);
  const reader = new ByteReader(page);
  // How many first bytes of the current term are those of the wanted one.
  let matched = 0;
  let rest: Uint8Array = new Uint8Array(0);
  let found = 0;
  while (!reader.isAtEnd && found < most) {
    const shared = reader.number();
    const length = reader.number();
    const start = reader.at;
    reader.skip(length);
    // A term that shares more than what matched differs at the same byte as the one before it.
    if (shared <= matched) {
      matched = shared;
      while (
        matched < name.length &&
        matched - shared < length &&
        page[start + matched - shared] === name[matched]
      )
        matched += 1;
    }
    const isMatch = matched === name.length && (isBeginning || shared + length === name.length);
    if (!isMatch) {
      // Terms ascend, so those with one beginning stand together.
      if (found > 0) return;
      skipEntry(reader);
      continue;
    }
    found += 1;
    // What follows the beginning: a later term may share some of it.
    rest = Buffer.concat([
      rest.subarray(0, Math.max(0, shared - name.length)),
      page.subarray(start + Math.max(0, name.length - shared), start + length),
    ]);
    yield readEntry(reader, wanted + Buffer.from(rest).toString());
  }
}

function readEntry(reader: ByteReader, term: string): TermEntry {
  const head = reader.number();
  const groups: Group[] = [];
  let no = 0;
  let offset = 0;
  for (let left = head >> 1; left > 0; left -= 1) {
    no += reader.number();
    const count = reader.number();
    const length = reader.number();
    groups.push({ no, count, offset, length });
    offset += length;
  }
  const isInline = (head & 1) === 1;
  return {
    term,
    groups,
    inline: isInline ? reader.bytes(offset) : null,
    offset: isInline ? null : reader.number(),
  };
}

function skipEntry(reader: ByteReader): void {
  const head = reader.number();
  let inlineBytes = 0;
  for (let left = head >> 1; left > 0; left -= 1) {
    reader.number();
    reader.number();
    inlineBytes += reader.number();
  }
  if ((head & 1) === 1) reader.skip(inlineBytes);
  else reader.number();
}

/** The page that may hold the term: the last one that begins with it or before it; -1 when all begin after it. */
export function pageOfTerm(firstTerms: readonly string[], term: string): number {
  let [low, high] = [0, firstTerms.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareTerms(firstTerms[middle]!, term) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The order of the pages: by UTF-16 units, as JavaScript sorts. */
export function compareTerms(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
