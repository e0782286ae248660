/** Where a segment may hold hits of a search: by group, and in a group by slot. */

import type { TermEntry } from '../segments/dictionary.ts';
import { baseOf } from '../segments/postings.ts';
import type { Segment } from '../segments/segment.model.ts';
import type { FoundTerms, SegmentReader } from '../segments/segmentReader.ts';
import { intersect, unite } from '../segments/slotSet.ts';
import type { Clause } from './parseQuery.ts';

export interface Candidates {
  segment: Segment;
  /** The terms of each clause. */
  entriesOf: TermEntry[][];
  /** The numbers of the groups in which every clause may match. */
  groups: number[];
}

export function candidatesOf(
  { segment, byTerm, byBeginning }: FoundTerms,
  clauses: readonly Pick<Clause, 'terms' | 'beginnings'>[],
): Candidates {
  const entriesOf = clauses.map(({ terms, beginnings }) => [
    ...new Set([
      ...terms.flatMap((term) => byTerm.get(term) ?? []),
      ...beginnings.flatMap((beginning) => byBeginning.get(beginning) ?? []),
    ]),
  ]);
  return { segment, entriesOf, groups: commonGroups(entriesOf) };
}

function commonGroups(entriesOf: readonly TermEntry[][]): number[] {
  const [first, ...others] = entriesOf.map(
    (entries) => new Set(entries.flatMap(({ groups }) => groups.map(({ no }) => no))),
  );
  return [...(first ?? [])].filter((no) => others.every((other) => other.has(no)));
}

/** @returns for each of these groups the slots of its segment at which all clauses match, ascending; by one read. */
export async function matchingSlots(
  reader: SegmentReader,
  places: readonly { candidates: Candidates; no: number }[],
): Promise<number[][]> {
  const wanted = places.map(({ candidates: { segment, entriesOf }, no }) =>
    entriesOf.map((entries) =>
      entries.flatMap((entry) =>
        entry.groups.filter((group) => group.no === no).map((group) => ({ segment, entry, group })),
      ),
    ),
  );
  const sets = await reader.readGroups(wanted.flat(2));
  let read = 0;
  return wanted.map((clauses, place) => {
    const united = clauses.map(({ length }) => {
      read += length;
      return unite(sets.slice(read - length, read));
    });
    const base = baseOf(places[place]!);
    return Array.from(intersect(united), (slot) => base + slot);
  });
}
