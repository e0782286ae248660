/** Looks up terms, postings and rows of segments. Each call reads what it needs of all its segments at once. */
import { compareTerms, entriesBeginning, findEntry, pageOfTerm, type TermEntry } from './dictionary.ts';
import type { PageReader } from './pageReader.ts';
import { decodeGroup, type Group } from './postings.ts';
import { type IndexedRow, ROWS_PER_PAGE, readRow } from './rows.ts';
import { type PageKind, pageId, type Segment } from './segment.model.ts';
import { POSTINGS_PAGE_BYTES } from './segmentWriter.ts';
import type { SlotSet } from './slotSet.ts';

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

/** Rows of one page. */
export interface WantedRows {
  segment: Segment;
  page: number;
  slots: readonly number[];
}

export interface SegmentReader {
  findTerms(segments: readonly Segment[], wanted: WantedTerms): Promise<FoundTerms[]>;
  /** The slots of each group, in the order of the request. */
  readGroups(wanted: readonly WantedGroup[]): Promise<SlotSet[]>;
  /** The rows in the order of the request. */
  readRows(wanted: readonly WantedRows[]): Promise<IndexedRow[]>;
}

export function createSegmentReader(pages: PageReader): SegmentReader {
  const idOf = (segment: Segment, kind: PageKind, no: number) => pageId(segment._id, kind, no);

  return {
    async findTerms(segments, wanted) {
      const plans = segments.map((segment) => ({ segment, ...dictionaryPagesFor(segment, wanted) }));
      const read = await pages.read(
        plans.flatMap(({ segment, byTerm, byBeginning }) =>
          [...new Set([...byTerm.values(), ...[...byBeginning.values()].flat()])].map((no) =>
            idOf(segment, 'terms', no),
          ),
        ),
      );
      return plans.map(({ segment, byTerm, byBeginning }) => {
        const pageOf = (no: number) => read.get(idOf(segment, 'terms', no))!;
        const found: FoundTerms = { segment, byTerm: new Map(), byBeginning: new Map() };
        for (const [term, no] of byTerm) {
          const entry = findEntry(pageOf(no), term);
          if (entry) found.byTerm.set(term, entry);
        }
        for (const [beginning, nos] of byBeginning) {
          const entries: TermEntry[] = [];
          for (const no of nos)
            if (entries.length < wanted.beginningsMost)
              entries.push(
                ...entriesBeginning(pageOf(no), beginning, wanted.beginningsMost - entries.length),
              );
          found.byBeginning.set(beginning, entries);
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
        const parts = nos.map((no) => read.get(idOf(segment, 'postings', no))!);
        const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
        const start = entry.offset! + group.offset - nos[0]! * POSTINGS_PAGE_BYTES;
        return decodeGroup(bytes.subarray(start, start + group.length), group);
      });
    },

    async readRows(wanted) {
      const ids = wanted.map(({ segment, page }) => idOf(segment, 'rows', page));
      const read = await pages.read(ids);
      return wanted.flatMap(({ slots }, at) => {
        const page = read.get(ids[at]!)!;
        return slots.map((slot) => readRow(page, slot % ROWS_PER_PAGE));
      });
    },
  };
}

function dictionaryPagesFor({ firstTerms }: Segment, { terms, beginnings }: WantedTerms) {
  const byTerm = new Map<string, number>();
  for (const term of terms) {
    const no = pageOfTerm(firstTerms, term);
    if (no >= 0) byTerm.set(term, no);
  }
  const byBeginning = new Map<string, number[]>();
  for (const beginning of beginnings) {
    const nos: number[] = [];
    // A page before may end with terms that begin so.
    for (let no = Math.max(0, pageOfTerm(firstTerms, beginning)); no < firstTerms.length; no += 1) {
      const first = firstTerms[no]!;
      if (compareTerms(first, beginning) > 0 && !first.startsWith(beginning)) break;
      nos.push(no);
      if (nos.length >= PAGES_MOST) break;
    }
    byBeginning.set(beginning, nos);
  }
  return { byTerm, byBeginning };
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
