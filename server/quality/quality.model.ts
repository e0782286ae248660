/**
 * Samples of resolved cases and the reviews of supervisors. A case is named by its conversation and the place of its
 * resolution. A review holds no name of a client; its comment may, and is erased with them.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { QualityMark } from '../../shared/schemas/quality.ts';
import { qualityLimits } from '../../shared/schemas/quality.ts';

export interface StoredCase {
  /** The part of the thread that the resolution ended. */
  partId: string;
  conversationId: Types.ObjectId;
  communityId: Types.ObjectId;
  seq: number;
  firstMessageId: Types.ObjectId | null;
  /** Who resolved. */
  personId: Types.ObjectId;
  resolvedAt: Date;
}

export interface QualitySample {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  /** Who has drawn it: nobody else sees it. */
  ownerId: Types.ObjectId;
  from: string;
  to: string;
  communityId: Types.ObjectId | null;
  personId: Types.ObjectId | null;
  label: string | null;
  /** The draw is the order of the hashes of this and each case: it can be continued. */
  seed: string;
  cases: StoredCase[];
  isCut: boolean;
  createdAt: Date;
}

export interface Review {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  conversationId: Types.ObjectId;
  /** The place and the id of the line that resolved the case. */
  seq: number;
  resolutionId: Types.ObjectId;
  /** Whose work is reviewed: who resolved. */
  personId: Types.ObjectId;
  authorId: Types.ObjectId;
  authorName: string;
  marks: { criterionId: string; mark: QualityMark }[];
  average: number;
  comment: string;
  isCommentErased?: boolean;
  createdAt: Date;
  amendedAt: Date | null;
  /** Grows by one with each change by the author. */
  version: number;
}

const { ObjectId, Mixed } = Schema.Types;
const oid = { type: ObjectId, required: true } as const;
const DAY_S = 86_400;

const sampleSchema = new Schema<QualitySample>(
  {
    companyId: oid,
    ownerId: oid,
    from: { type: String, required: true },
    to: { type: String, required: true },
    communityId: { type: ObjectId, default: null },
    personId: { type: ObjectId, default: null },
    label: { type: String, default: null },
    seed: { type: String, required: true },
    cases: { type: [Mixed], required: true } as never,
    isCut: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'qualitySamples', versionKey: false, minimize: false },
);
sampleSchema.index({ ownerId: 1, createdAt: -1 });
sampleSchema.index({ createdAt: 1 }, { expireAfterSeconds: qualityLimits.sampleKeptDays * DAY_S });

const reviewSchema = new Schema<Review>(
  {
    companyId: oid,
    communityId: oid,
    conversationId: oid,
    seq: { type: Number, required: true },
    resolutionId: oid,
    personId: oid,
    authorId: oid,
    authorName: { type: String, required: true },
    marks: { type: [Mixed], required: true } as never,
    average: { type: Number, required: true },
    comment: { type: String, default: '' },
    isCommentErased: Boolean,
    createdAt: { type: Date, required: true },
    amendedAt: { type: Date, default: null },
    version: { type: Number, required: true },
  },
  { strict: 'throw', collection: 'reviews', versionKey: false, minimize: false },
);
// One review of a case by each author; also the reviews of a conversation.
reviewSchema.index({ conversationId: 1, seq: 1, authorId: 1 }, { unique: true });
reviewSchema.index({ personId: 1, createdAt: -1, _id: -1 });
reviewSchema.index({ companyId: 1, createdAt: 1 });
// Finds the comments whose retention period is over.
reviewSchema.index({ createdAt: 1 }, { partialFilterExpression: { comment: { $gt: '' } } });

export interface QualityModels {
  qualitySamples: Model<QualitySample>;
  reviews: Model<Review>;
}

export function qualityModels(connection: Connection): QualityModels {
  const { models } = connection;
  return {
    qualitySamples: models.QualitySample ?? connection.model<QualitySample>('QualitySample', sampleSchema),
    reviews: models.Review ?? connection.model<Review>('Review', reviewSchema),
  };
}
