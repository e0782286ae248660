/** The rows that match in all segments of an index, the newest first, each message once. */
import type { IndexedRow } from '../segments/rows.ts';
import { placeBytes } from '../segments/rows.ts';
import type { Segment } from '../segments/segment.model.ts';
import type { SegmentReader } from '../segments/segmentReader.ts';
import type { Clause } from './parseQuery.ts';
import { segmentHits } from './segmentHits.ts';

export interface RowsWanted {
  clauses: readonly Pick<Clause, 'terms' | 'beginnings'>[];
  /** Rows older than this one; null from the newest on. */
  after: Pick<IndexedRow, 'atMs' | 'messageId'> | null;
  fromMs?: number | undefined;
  beforeMs?: number | undefined;
}

/** More terms with one beginning than this are not looked at: the word is too short to mean one of them. */
const BEGINNINGS_MOST = 100;

interface Stream {
  /** Not later than any row that is to come. */
  bound: Buffer;
  head: IndexedRow | null;
  hits: AsyncGenerator<IndexedRow> | null;
  segment: Segment;
}

export async function* findRows(
  reader: SegmentReader,
  segments: readonly Segment[],
  { clauses, after, fromMs = 0, beforeMs = Number.POSITIVE_INFINITY }: RowsWanted,
): AsyncGenerator<IndexedRow> {
  const inPeriod = segments.filter(
    ({ firstAt, lastAt }) => lastAt.getTime() >= fromMs && firstAt.getTime() < beforeMs,
  );
  const found = await reader.findTerms(inPeriod, {
    terms: [...new Set(clauses.flatMap(({ terms }) => terms))],
    beginnings: [...new Set(clauses.flatMap(({ beginnings }) => beginnings))],
    beginningsMost: BEGINNINGS_MOST,
  });
  const streams: Stream[] = found.map((terms) => ({
    bound: placeBytes(terms.segment.lastAt.getTime() + 1, terms.segment._id),
    head: null,
    hits: null,
    segment: terms.segment,
  }));
  const termsOf = new Map(found.map((terms) => [terms.segment, terms]));
  const seen = new Set<string>();
  for (;;) {
    const next = latest(streams);
    if (!next) return;
    if (next.head) {
      const row = next.head;
      next.head = null;
      const id = row.messageId.toHexString();
      if (!seen.has(id)) {
        seen.add(id);
        yield row;
      }
    }
    next.hits ??= segmentHits(reader, termsOf.get(next.segment)!, clauses, await rangeOf(next.segment));
    const { value, done } = await next.hits.next();
    if (done) streams.splice(streams.indexOf(next), 1);
    else {
      next.head = value;
      next.bound = placeBytes(value.atMs, value.messageId);
    }
  }

  async function rangeOf(segment: Segment) {
    const isInside = segment.firstAt.getTime() >= fromMs;
    const from = isInside ? 0 : await reader.countBefore(segment, lowestPlace(fromMs));
    const ends: number[] = [segment.rows];
    if (after) ends.push(await reader.countBefore(segment, placeBytes(after.atMs, after.messageId)));
    if (segment.lastAt.getTime() >= beforeMs)
      ends.push(await reader.countBefore(segment, lowestPlace(beforeMs)));
    return { from, before: Math.min(...ends) };
  }
}

function latest(streams: readonly Stream[]): Stream | null {
  let latestOf: Stream | null = null;
  for (const stream of streams)
    if (!latestOf || Buffer.compare(stream.bound, latestOf.bound) > 0) latestOf = stream;
  return latestOf;
}

function lowestPlace(atMs: number): Buffer {
  const place = Buffer.alloc(18);
  place.writeUIntBE(Math.max(0, atMs), 0, 6);
  return place;
}
