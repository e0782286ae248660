/**
 * Ratings: one row for each resolution whose client may be asked. A row without `askedAt` waits to be asked; one that
 * was not asked is removed. Reports read the community, the person who resolved, the mark and its time.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { RatingMark } from '../../../shared/schemas/rating.ts';

export interface Rating {
  /** The id of the line of the thread that resolved the conversation: it is asked about once. */
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  conversationId: Types.ObjectId;
  clientId: Types.ObjectId;
  /** Who resolved it. */
  personId: Types.ObjectId;
  /** The place of the resolution. The question takes the next one, or is not asked. */
  seq: number;
  /** Present until it was asked. */
  dueAt?: Date;
  /** When the question was written into the thread: reports count the mark at this time. */
  askedAt?: Date;
  mark?: RatingMark;
  markedAt?: Date;
  /** The place of the line with the mark: a later tap changes the mark, a repeated older one does not. */
  markSeq?: number;
  commentId?: Types.ObjectId;
}

/** The right to ask a client: one question a week, whichever conversation it is about. */
export interface RatingTurn {
  /** The client. */
  _id: Types.ObjectId;
  ratingId: Types.ObjectId;
  at: Date;
}

const oid = Schema.Types.ObjectId;

const ratingSchema = new Schema<Rating>(
  {
    companyId: { type: oid, required: true },
    communityId: { type: oid, required: true },
    conversationId: { type: oid, required: true },
    clientId: { type: oid, required: true },
    personId: { type: oid, required: true },
    seq: { type: Number, required: true },
    dueAt: Date,
    askedAt: Date,
    mark: Number as never,
    markedAt: Date,
    markSeq: Number,
    commentId: oid,
  },
  { strict: 'throw', collection: 'ratings', versionKey: false },
);
// Finds what is to be asked.
ratingSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $gt: new Date(0) } } });
// Lists of marks: of the company, of communities that a person may see, and of one person's work.
for (const field of ['companyId', 'communityId', 'personId'] as const)
  ratingSchema.index({ [field]: 1, askedAt: -1, _id: -1 }, { partialFilterExpression: { mark: { $gt: 0 } } });

/** Longer than a turn lasts. */
const TURNS_KEPT_S = 8 * 86_400;
const turnSchema = new Schema<RatingTurn>(
  { ratingId: { type: oid, required: true }, at: { type: Date, required: true } },
  { strict: 'throw', collection: 'ratingTurns', versionKey: false },
);
turnSchema.index({ at: 1 }, { expireAfterSeconds: TURNS_KEPT_S });

export function ratingModels(connection: Connection): {
  ratings: Model<Rating>;
  ratingTurns: Model<RatingTurn>;
} {
  return {
    ratings: connection.models.Rating ?? connection.model<Rating>('Rating', ratingSchema),
    ratingTurns: connection.models.RatingTurn ?? connection.model<RatingTurn>('RatingTurn', turnSchema),
  };
}
