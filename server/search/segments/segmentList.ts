/** Which segments make up an index, which of them to merge, and what crashes left behind. */
import type { Types } from 'mongoose';
import type { SearchModels, Segment } from './segment.model.ts';

/** So many segments of about one size are merged into one. */
const MERGED_AT_ONCE = 8;
const SMALLEST_ROWS = 2_000;

export interface SegmentList {
  /** The live segments of one index, the newest rows first. */
  live(companyId: Types.ObjectId, generation: number): Promise<Segment[]>;
}

/** What may change of a live segment; the rest of it is read once. */
type Changing = Pick<Segment, '_id' | 'generations' | 'mergedFrom'>;

export function createSegmentList({ searchSegments }: Pick<SearchModels, 'searchSegments'>): SegmentList {
  /** By id. A large segment has a directory of some hundred kilobytes. */
  let known = new Map<string, Segment>();
  return {
    async live(companyId, generation) {
      const rows = await searchSegments
        .find({ companyId, generations: generation, state: 'live' }, { generations: 1, mergedFrom: 1 })
        .sort({ lastAt: -1 })
        .lean<Changing[]>();
      // The sources of a merge that was not finished, or is being finished now.
      const replaced = new Set(rows.flatMap(({ mergedFrom }) => mergedFrom.map(String)));
      const live = rows.filter(({ _id }) => !replaced.has(_id.toHexString()));
      const unknown = live.filter(({ _id }) => !known.has(_id.toHexString())).map(({ _id }) => _id);
      const read =
        unknown.length === 0 ? [] : await searchSegments.find({ _id: { $in: unknown } }).lean<Segment[]>();
      for (const segment of read) known.set(segment._id.toHexString(), segment);
      // One that was deleted between the two reads is not there.
      const segments = live.flatMap(({ _id, generations }) => {
        const segment = known.get(_id.toHexString());
        return segment ? [{ ...segment, generations }] : [];
      });
      known = new Map(segments.map((segment) => [segment._id.toHexString(), segment]));
      return segments;
    },
  };
}

/** Segments of one level and the same indexes; null when nothing is to be merged. */
export function findMerge(segments: readonly Segment[]): Segment[] | null {
  const byLevel = new Map<string, Segment[]>();
  for (const segment of segments) {
    const level = Math.max(
      0,
      Math.floor(Math.log(segment.rows / SMALLEST_ROWS) / Math.log(MERGED_AT_ONCE)) + 1,
    );
    const key = `${segment.generations.join()} ${level}`;
    byLevel.set(key, [...(byLevel.get(key) ?? []), segment]);
  }
  for (const [, group] of [...byLevel].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (group.length >= MERGED_AT_ONCE) return group.slice(0, MERGED_AT_ONCE);
  return null;
}

/** A crash in between leaves segments that no search sees, and `deleteUnfinished` finds. */
export async function deleteSegments(
  { searchSegments, searchPages }: SearchModels,
  ids: readonly Types.ObjectId[],
): Promise<void> {
  if (ids.length === 0) return;
  await searchSegments.updateMany({ _id: { $in: [...ids] } }, { $set: { state: 'deleting' } });
  await searchPages.deleteMany({ segmentId: { $in: [...ids] } });
  await searchSegments.deleteMany({ _id: { $in: [...ids] } });
}

/**
 * Deletes what earlier writers did not finish. A writer that is still at work, because it was stopped for longer than
 * its lease, finds its segment gone and starts anew.
 */
export async function deleteUnfinished(models: SearchModels, companyId: Types.ObjectId): Promise<void> {
  const { searchSegments } = models;
  await searchSegments.updateMany({ companyId, state: 'writing' }, { $set: { state: 'deleting' } });
  const rows = await searchSegments
    .find({ companyId }, { state: 1, mergedFrom: 1 })
    .lean<Pick<Segment, '_id' | 'state' | 'mergedFrom'>[]>();
  const deleting = rows.filter(({ state }) => state === 'deleting').map(({ _id }) => _id);
  const replaced = rows.flatMap(({ state, mergedFrom = [] }) => (state === 'live' ? mergedFrom : []));
  await deleteSegments(models, [...deleting, ...replaced]);
}
