/**
 * The rows that match in all segments of an index, the newest first, each message once. Groups and pages of rows are
 * read in the order of the latest time that they may hold, several at once, and no further than the caller asks.
 */
import { PAGES_PER_GROUP } from '../segments/postings.ts';
import { byRowPage, type IndexedRow } from '../segments/rows.ts';
import type { Segment } from '../segments/segment.model.ts';
import type { SegmentReader } from '../segments/segmentReader.ts';
import { type Candidates, candidatesOf, matchingSlots } from './candidates.ts';
import type { Clause } from './parseQuery.ts';

export interface RowsWanted {
  clauses: readonly Pick<Clause, 'terms' | 'beginnings'>[];
  /** Rows older than this one; null from the newest on. */
  after: Pick<IndexedRow, 'atMs' | 'messageId'> | null;
  fromMs?: number | undefined;
  beforeMs?: number | undefined;
}

/** More terms with one beginning than this are not looked at: the word is too short to mean one of them. */
const BEGINNINGS_MOST = 100;

/** The first read is small, because a page of hits of a frequent word is in it. */
const PARTS_AT_FIRST = 8;
const PARTS_AT_ONCE = 64;

/** A group of which the slots are not known yet, or a page of rows with the slots that match. */
type Part = { segment: Segment; latestMs: number; earliestMs: number } & (
  | { kind: 'group'; candidates: Candidates; no: number }
  | { kind: 'page'; page: number; slots: number[] }
);

export async function* findRows(
  reader: SegmentReader,
  segments: readonly Segment[],
  { clauses, after, fromMs = 0, beforeMs = Number.POSITIVE_INFINITY }: RowsWanted,
): AsyncGenerator<IndexedRow> {
  const found = await reader.findTerms(
    segments.filter(({ lastAt, firstAt }) => mayMatch(firstAt, lastAt)),
    {
      terms: [...new Set(clauses.flatMap(({ terms }) => terms))],
      beginnings: [...new Set(clauses.flatMap(({ beginnings }) => beginnings))],
      beginningsMost: BEGINNINGS_MOST,
    },
  );
  const latestFirst = (a: Part, b: Part) => b.latestMs - a.latestMs;
  const parts = found.flatMap((terms) => groupParts(candidatesOf(terms, clauses))).sort(latestFirst);
  const rows: IndexedRow[] = [];
  const seen = new Set<string>();
  for (let many = PARTS_AT_FIRST; parts.length > 0; many = Math.min(PARTS_AT_ONCE, many * 2)) {
    const some = parts.splice(0, many);
    const [pages, groups] = [some.filter(isPage), some.filter(isGroup)];
    const [slotsOf, read] = await Promise.all([matchingSlots(reader, groups), reader.readRows(pages)]);
    groups.forEach(({ segment }, at) => {
      parts.push(...pageParts(segment, slotsOf[at]!).filter(isInPeriod));
    });
    parts.sort(latestFirst);
    rows.push(...read.filter(isWanted));
    rows.sort(newestFirst);
    // A part that is not read yet may hold rows up to this time.
    const openMs = parts[0]?.latestMs ?? Number.NEGATIVE_INFINITY;
    const closed = rows.findIndex(({ atMs }) => atMs <= openMs);
    for (const row of rows.splice(0, closed < 0 ? rows.length : closed)) {
      const id = row.messageId.toHexString();
      if (seen.has(id)) continue;
      seen.add(id);
      yield row;
    }
  }

  function mayMatch(firstAt: Date, lastAt: Date): boolean {
    return isInPeriod({ earliestMs: firstAt.getTime(), latestMs: lastAt.getTime() });
  }

  function isInPeriod({ earliestMs, latestMs }: Pick<Part, 'earliestMs' | 'latestMs'>): boolean {
    return latestMs >= fromMs && earliestMs < beforeMs && (!after || earliestMs <= after.atMs);
  }

  function isWanted(row: IndexedRow): boolean {
    return row.atMs >= fromMs && row.atMs < beforeMs && (!after || newestFirst(after, row) < 0);
  }

  function groupParts(candidates: Candidates): Part[] {
    const { segment, groups } = candidates;
    return groups
      .map((no): Part => {
        const times = timesOf(segment, no * PAGES_PER_GROUP, (no + 1) * PAGES_PER_GROUP);
        return { kind: 'group', segment, candidates, no, ...times };
      })
      .filter(isInPeriod);
  }
}

const isPage = (part: Part): part is Part & { kind: 'page' } => part.kind === 'page';
const isGroup = (part: Part): part is Part & { kind: 'group' } => part.kind === 'group';

function pageParts(segment: Segment, slots: readonly number[]): Part[] {
  return byRowPage(slots).map(({ page, slots: some }) => ({
    kind: 'page',
    segment,
    page,
    slots: some,
    ...timesOf(segment, page, page + 1),
  }));
}

/** Between which times the rows of some pages lie. */
function timesOf({ firstTimes, lastAt }: Segment, page: number, pageAfter: number) {
  return { earliestMs: firstTimes[page]!, latestMs: firstTimes[pageAfter] ?? lastAt.getTime() };
}

type Place = Pick<IndexedRow, 'atMs' | 'messageId'>;

function newestFirst(a: Place, b: Place): number {
  return b.atMs - a.atMs || Buffer.compare(b.messageId.id, a.messageId.id);
}
