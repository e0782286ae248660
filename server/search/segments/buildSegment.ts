/** A segment of messages that were just read, in memory: at most a few thousand. */
import type { IndexedRow } from './rows.ts';
import { placeBytes } from './rows.ts';
import type { SearchModels, Segment } from './segment.model.ts';
import { type SegmentAbout, startSegment } from './segmentWriter.ts';

export interface Entry extends IndexedRow {
  terms: Iterable<string>;
}

export async function buildSegment(
  models: SearchModels,
  about: SegmentAbout,
  entries: readonly Entry[],
): Promise<Segment | null> {
  if (entries.length === 0) return null;
  const sorted = entries
    .map((entry) => ({ entry, place: placeBytes(entry.atMs, entry.messageId) }))
    .sort((a, b) => Buffer.compare(a.place, b.place))
    .map(({ entry }) => entry);
  const slotsOf = new Map<string, number[]>();
  const writer = await startSegment(models, about);
  for (const [slot, entry] of sorted.entries()) {
    await writer.addRow(entry);
    for (const term of entry.terms) {
      const slots = slotsOf.get(term);
      if (slots) slots.push(slot);
      else slotsOf.set(term, [slot]);
    }
  }
  for (const term of [...slotsOf.keys()].sort()) await writer.addTerm(term, slotsOf.get(term)!);
  return writer.finish();
}
