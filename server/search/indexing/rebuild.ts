/** Builds the index anew, beside the one in use: searches change over when it is whole. */
import type { Model, Types } from 'mongoose';
import { INDEX_FORMAT, type SearchState, startBuilding } from '../searchState.model.ts';

/**
 * Asks the indexer for it. A rebuild that is under way, or was interrupted, goes on instead. Null when no index was
 * ever begun: then the indexer's first look begins one.
 */
export async function askForRebuild(
  searchStates: Model<SearchState>,
  companyId: Types.ObjectId,
): Promise<SearchState | null> {
  const state = await searchStates.findById(companyId).lean<SearchState>();
  if (!state || state.building) return state;
  const building = startBuilding((state.generation ?? 0) + 1);
  const asked = await searchStates
    .findOneAndUpdate({ _id: companyId, building: null }, { $set: { building } }, { returnDocument: 'after' })
    .lean<SearchState>();
  return asked ?? searchStates.findById(companyId).lean<SearchState>();
}

/** Begins a build when the index in use, or the one that is being built, was made by an earlier version. */
export async function replaceOldFormat(
  searchStates: Model<SearchState>,
  companyId: Types.ObjectId,
): Promise<void> {
  const state = await searchStates.findById(companyId).orFail().lean<SearchState>();
  const { building, generation, format = 1 } = state;
  const newest = building ? (building.format ?? 1) : format;
  if (newest >= INDEX_FORMAT) return;
  const next = startBuilding(Math.max(building?.generation ?? 0, generation ?? 0) + 1);
  await searchStates.updateOne(
    { _id: companyId, generation, 'building.generation': building?.generation ?? null },
    { $set: { building: next } },
  );
}
