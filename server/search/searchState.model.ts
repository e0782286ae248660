/** How far the search index is, one row per company; and the threads from which something was erased. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { currentTime } from '../work/clock.ts';

/**
 * Grows with what the index holds of a message; an older index is then built anew. 2: pairs of neighbouring words.
 * 3: how soon a reply was answered, and by whom.
 */
export const INDEX_FORMAT = 3;
export const FORMAT_WITH_PAIRS = 2;
export const FORMAT_WITH_ANSWERS = 3;

export interface SearchState {
  /** The company. */
  _id: Types.ObjectId;
  lease: { owner: string; until: Date } | null;
  /** The index in use; null before the first one is built. */
  generation: number | null;
  /** The index that is being built: all threads up to `after` are in it. */
  building: Building | null;
  /** The format of the index in use; absent in the first one. */
  format?: number;
  /** When the index last held every change. */
  caughtUpAt: Date | null;
}

export interface Building {
  generation: number;
  /** Absent in the first format. */
  format?: number;
  after: Types.ObjectId | null;
  threads: number;
  startedAt: Date;
}

export const startBuilding = (generation: number): Building => ({
  generation,
  format: INDEX_FORMAT,
  after: null,
  threads: 0,
  startedAt: currentTime(),
});

export interface SearchRemoval {
  /** The conversation. */
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  askedAt: Date;
}

const mixed = Schema.Types.Mixed;
const oid = Schema.Types.ObjectId;

const stateSchema = new Schema<SearchState>(
  {
    lease: { type: mixed, default: null },
    generation: { type: Number, default: null },
    building: { type: mixed, default: null },
    format: Number,
    caughtUpAt: { type: Date, default: null },
  },
  { strict: 'throw', collection: 'searchState', versionKey: false, minimize: false },
);
const removalSchema = new Schema<SearchRemoval>(
  { companyId: { type: oid, required: true }, askedAt: { type: Date, required: true } },
  { strict: 'throw', collection: 'searchRemovals', versionKey: false },
);
removalSchema.index({ companyId: 1, askedAt: 1 });

export function searchStateModels(connection: Connection): {
  searchStates: Model<SearchState>;
  searchRemovals: Model<SearchRemoval>;
} {
  return {
    searchStates: connection.models.SearchState ?? connection.model<SearchState>('SearchState', stateSchema),
    searchRemovals:
      connection.models.SearchRemoval ?? connection.model<SearchRemoval>('SearchRemoval', removalSchema),
  };
}
