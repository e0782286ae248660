/** Looks up terms, postings and rows of segments. Each call reads what it needs of all its segments at once. */
import { compareTerms, pageOfTerm, readDictionaryPage, type TermEntry } from './dictionary.ts';
import type { PageReader } from './pageReader.ts';
import { decodeGroup, type Group } from './postings.ts';
import { type IndexedRow, placeOf, ROW_BYTES, ROWS_PER_PAGE, readRow } from './rows.ts';
import { type PageKind, pageId, type Segment } from './segment.model.ts';
import { POSTINGS_PAGE_BYTES } from './segmentWriter.ts';

export interface WantedTerms {
  terms: readonly string[];
  /** All terms that begin so, at most `beginningsMost` of each in each segment. */
  beginnings: readonly string[];
  beginningsMost: number;
}

export interface FoundTerms {
  segment: Segment;
  byTerm: Map<string, TermEntry>;
  byBeginning: Map<string, TermEntry[]>;
}

/** One group of a term's postings in one segment. */
export interface WantedGroup {
  segment: Segment;
  entry: TermEntry;
  group: Group;
}

export interface SegmentReader {
  findTerms(segments: readonly Segment[], wanted: WantedTerms): Promise<FoundTerms[]>;
  /** The slots of each group, in the order of the request. */
  readGroups(wanted: readonly WantedGroup[]): Promise<Uint32Array[]>;
  readRows(segment: Segment, slots: readonly number[]): Promise<IndexedRow[]>;
  /** How many rows of the segment lie before this place: see `placeBytes`. */
  countBefore(segment: Segment, place: Buffer): Promise<number>;
}

export function createSegmentReader(pages: PageReader): SegmentReader {
  const idOf = (segment: Segment, kind: PageKind, no: number) => pageId(segment._id, kind, no);

  return {
    async findTerms(segments, wanted) {
      const plans = segments.map((segment) => ({ segment, pageNos: dictionaryPagesFor(segment, wanted) }));
      const read = await pages.read(
        plans.flatMap(({ segment, pageNos }) => pageNos.map((no) => idOf(segment, 'terms', no))),
      );
      return plans.map(({ segment, pageNos }) => {
        const found: FoundTerms = { segment, byTerm: new Map(), byBeginning: new Map() };
        const terms = new Set(wanted.terms);
        for (const no of pageNos)
          for (const entry of readDictionaryPage(read.get(idOf(segment, 'terms', no))!)) {
            if (terms.has(entry.term)) found.byTerm.set(entry.term, entry);
            for (const beginning of wanted.beginnings) {
              if (!entry.term.startsWith(beginning)) continue;
              const entries = found.byBeginning.get(beginning) ?? [];
              if (entries.length < wanted.beginningsMost) entries.push(entry);
              found.byBeginning.set(beginning, entries);
            }
          }
        return found;
      });
    },

    async readGroups(wanted) {
      const ids = new Set<string>();
      for (const { segment, entry, group } of wanted)
        for (const no of postingsPagesFor(entry, group)) ids.add(idOf(segment, 'postings', no));
      const read = await pages.read([...ids]);
      return wanted.map(({ segment, entry, group }) => {
        if (entry.inline)
          return decodeGroup(entry.inline.subarray(group.offset, group.offset + group.length), group);
        const nos = postingsPagesFor(entry, group);
        const bytes = Buffer.concat(nos.map((no) => read.get(idOf(segment, 'postings', no))!));
        const start = entry.offset! + group.offset - nos[0]! * POSTINGS_PAGE_BYTES;
        return decodeGroup(bytes.subarray(start, start + group.length), group);
      });
    },

    async readRows(segment, slots) {
      const pageOf = (slot: number) => idOf(segment, 'rows', Math.floor(slot / ROWS_PER_PAGE));
      const read = await pages.read([...new Set(slots.map(pageOf))]);
      return slots.map((slot) => readRow(read.get(pageOf(slot))!, slot % ROWS_PER_PAGE));
    },

    async countBefore(segment, place) {
      const atMs = place.readUIntBE(0, 6);
      // The last page whose first row is earlier; rows of the same time may fill several pages.
      let [low, high] = [0, segment.firstTimes.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (segment.firstTimes[middle]! < atMs) low = middle + 1;
        else high = middle;
      }
      for (let no = Math.max(0, low - 1); no < segment.firstTimes.length; no += 1) {
        const page = (await pages.read([idOf(segment, 'rows', no)])).get(idOf(segment, 'rows', no))!;
        const rows = page.length / ROW_BYTES;
        for (let at = 0; at < rows; at += 1)
          if (Buffer.compare(placeOf(page, at), place) >= 0) return no * ROWS_PER_PAGE + at;
      }
      return segment.rows;
    },
  };
}

function dictionaryPagesFor({ firstTerms }: Segment, { terms, beginnings }: WantedTerms): number[] {
  const nos = new Set<number>();
  for (const term of terms) {
    const no = pageOfTerm(firstTerms, term);
    if (no >= 0) nos.add(no);
  }
  for (const beginning of beginnings) {
    // A page before may end with terms that begin so.
    for (let no = Math.max(0, pageOfTerm(firstTerms, beginning)); no < firstTerms.length; no += 1) {
      const first = firstTerms[no]!;
      if (compareTerms(first, beginning) > 0 && !first.startsWith(beginning)) break;
      nos.add(no);
      if (nos.size >= PAGES_MOST) break;
    }
  }
  return [...nos].sort((a, b) => a - b);
}

/** Bounds what one short beginning may read of one segment. */
const PAGES_MOST = 64;

function postingsPagesFor({ offset }: TermEntry, group: Group): number[] {
  if (offset === null) return [];
  const start = offset + group.offset;
  const first = Math.floor(start / POSTINGS_PAGE_BYTES);
  const last = Math.floor((start + group.length - 1) / POSTINGS_PAGE_BYTES);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
