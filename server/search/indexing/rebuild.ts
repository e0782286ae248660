/** Builds the index anew, beside the one in use: searches change over when it is whole. */
import type { Model, Types } from 'mongoose';
import { currentTime } from '../../work/clock.ts';
import type { SearchState } from '../searchState.model.ts';

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
  const building = {
    generation: (state.generation ?? 0) + 1,
    after: null,
    threads: 0,
    startedAt: currentTime(),
  };
  const asked = await searchStates
    .findOneAndUpdate({ _id: companyId, building: null }, { $set: { building } }, { returnDocument: 'after' })
    .lean<SearchState>();
  return asked ?? searchStates.findById(companyId).lean<SearchState>();
}
