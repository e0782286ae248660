/** Which segments make up an index, which of them to merge, and what crashes left behind. */
import type { Types } from 'mongoose';
import type { SearchModels, Segment } from './segment.model.ts';

/** So many segments of about one size are merged into one. */
const MERGED_AT_ONCE = 8;
const SMALLEST_ROWS = 2_000;

/** The live segments of one index, the newest rows first. */
export async function listSegments(
  { searchSegments }: Pick<SearchModels, 'searchSegments'>,
  companyId: Types.ObjectId,
  generation: number,
): Promise<Segment[]> {
  const live = await searchSegments
    .find({ companyId, generations: generation, state: 'live' })
    .sort({ lastAt: -1 })
    .lean<Segment[]>();
  // The sources of a merge that was not finished, or is being finished now.
  const replaced = new Set(live.flatMap(({ mergedFrom }) => mergedFrom.map(String)));
  return live.filter(({ _id }) => !replaced.has(_id.toHexString()));
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

export async function deleteSegments(
  { searchSegments, searchPages }: SearchModels,
  ids: readonly Types.ObjectId[],
): Promise<void> {
  if (ids.length === 0) return;
  await searchPages.deleteMany({ segmentId: { $in: [...ids] } });
  await searchSegments.deleteMany({ _id: { $in: [...ids] } });
}

/** Call it only while nobody else writes the index: deletes what earlier writers did not finish. */
export async function deleteUnfinished(models: SearchModels, companyId: Types.ObjectId): Promise<void> {
  const { searchSegments } = models;
  const rows = await searchSegments
    .find({ companyId }, { state: 1, mergedFrom: 1 })
    .lean<Pick<Segment, '_id' | 'state' | 'mergedFrom'>[]>();
  const unfinished = rows.filter(({ state }) => state === 'writing').map(({ _id }) => _id);
  const replaced = rows.flatMap(({ state, mergedFrom = [] }) => (state === 'live' ? mergedFrom : []));
  await deleteSegments(models, [...unfinished, ...replaced]);
}
