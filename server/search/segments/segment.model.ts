/**
 * Segments of the search index, and their pages. A segment never changes: new messages make a new one, and several are
 * merged into a larger one. So readers need no lock, and a page may be kept in memory.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface Segment {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  /** The index that it belongs to: a rebuild makes the next one, beside the one in use. Two while both are kept up. */
  generations: number[];
  /** `writing` until all its pages are stored, `deleting` before the first is deleted: searches see `live` ones only. */
  state: 'writing' | 'live' | 'deleting';
  rows: number;
  /** The times of its first and last row. */
  firstAt: Date;
  lastAt: Date;
  /** The first term of each page of its dictionary. */
  firstTerms: string[];
  /** Milliseconds: the time of the first row of each page of its rows. */
  firstTimes: number[];
  /** The bytes of its pages. */
  bytes: number;
  /** The segments that it was merged from. They are deleted when it is live. */
  mergedFrom: Types.ObjectId[];
}

export type PageKind = 'terms' | 'postings' | 'rows';

export interface SegmentPage {
  /** `pageId` builds it. */
  _id: string;
  segmentId: Types.ObjectId;
  bytes: Buffer;
}

export const pageId = (segmentId: Types.ObjectId, kind: PageKind, no: number): string =>
  `${segmentId.toHexString()}/${kind[0]}${no}`;

const oid = Schema.Types.ObjectId;

const segmentSchema = new Schema<Segment>(
  {
    companyId: { type: oid, required: true },
    generations: { type: [Number], required: true },
    state: { type: String, required: true },
    rows: { type: Number, default: 0 },
    firstAt: Date,
    lastAt: Date,
    firstTerms: { type: [String], default: [] },
    firstTimes: { type: [Number], default: [] },
    bytes: { type: Number, default: 0 },
    mergedFrom: { type: [oid], default: [] },
  },
  { strict: 'throw', collection: 'searchSegments', versionKey: false, minimize: false },
);
segmentSchema.index({ companyId: 1, generations: 1, lastAt: -1 });

const pageSchema = new Schema<SegmentPage>(
  {
    _id: String,
    segmentId: { type: oid, required: true },
    bytes: { type: Buffer, required: true },
  },
  { strict: 'throw', collection: 'searchPages', versionKey: false },
);
pageSchema.index({ segmentId: 1 });

export interface SearchModels {
  searchSegments: Model<Segment>;
  searchPages: Model<SegmentPage>;
}

export function segmentModels(connection: Connection): SearchModels {
  return {
    searchSegments:
      connection.models.SearchSegment ?? connection.model<Segment>('SearchSegment', segmentSchema),
    searchPages: connection.models.SearchPage ?? connection.model<SegmentPage>('SearchPage', pageSchema),
  };
}
