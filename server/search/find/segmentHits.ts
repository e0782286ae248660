/** The hits of one segment, the newest first, found group by group: a search that has enough reads no further. */

import type { TermEntry } from '../segments/dictionary.ts';
import { type Group, intersect, unite } from '../segments/postings.ts';
import type { IndexedRow } from '../segments/rows.ts';
import type { FoundTerms, SegmentReader, WantedGroup } from '../segments/segmentReader.ts';
import type { Clause } from './parseQuery.ts';

const ROWS_AT_ONCE = 64;

export interface SlotRange {
  from: number;
  before: number;
}

export async function* segmentHits(
  reader: SegmentReader,
  { segment, byTerm, byBeginning }: FoundTerms,
  clauses: readonly Pick<Clause, 'terms' | 'beginnings'>[],
  range: SlotRange,
): AsyncGenerator<IndexedRow> {
  const entriesOf = clauses.map(({ terms, beginnings }) => [
    ...new Set([
      ...terms.flatMap((term) => byTerm.get(term) ?? []),
      ...beginnings.flatMap((beginning) => byBeginning.get(beginning) ?? []),
    ]),
  ]);
  if (entriesOf.some((entries) => entries.length === 0)) return;
  for (const no of commonGroups(entriesOf)) {
    const slots = await slotsInGroup(reader, segment, entriesOf, no);
    let end = slots.length;
    while (end > 0) {
      const start = Math.max(0, end - ROWS_AT_ONCE);
      const some = [...slots.subarray(start, end)]
        .filter((slot) => slot >= range.from && slot < range.before)
        .reverse();
      if (some.length > 0) yield* await reader.readRows(segment, some);
      end = start;
    }
  }
}

/** The groups in which every clause may match, the newest first. */
function commonGroups(entriesOf: readonly TermEntry[][]): number[] {
  const [first, ...others] = entriesOf.map(
    (entries) => new Set(entries.flatMap(({ groups }) => groups.map(({ no }) => no))),
  );
  return [...(first ?? [])].filter((no) => others.every((other) => other.has(no))).sort((a, b) => b - a);
}

async function slotsInGroup(
  reader: SegmentReader,
  segment: FoundTerms['segment'],
  entriesOf: readonly TermEntry[][],
  no: number,
): Promise<Uint32Array> {
  const wanted: WantedGroup[][] = entriesOf.map((entries) =>
    entries.flatMap((entry) =>
      entry.groups.filter((group: Group) => group.no === no).map((group) => ({ segment, entry, group })),
    ),
  );
  const read = await reader.readGroups(wanted.flat());
  const lists: Uint32Array[] = [];
  let at = 0;
  for (const { length } of wanted) {
    lists.push(unite(read.slice(at, at + length)));
    at += length;
  }
  // The rarest first: the others are then looked through for few slots.
  lists.sort((a, b) => a.length - b.length);
  return lists.reduce((common, list) => intersect(common, list));
}
