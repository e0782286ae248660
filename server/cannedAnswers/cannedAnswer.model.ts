/**
 * Canned answers, shared and own, and how far their uses are counted. They hold what people of the company wrote, never
 * a client's data, so erasure and retention (N17) do not touch them.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface CannedAnswer {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  /** Null for a shared one. */
  ownerId: Types.ObjectId | null;
  /** Empty outside of folders. A folder is the name that its answers share. */
  folder: string;
  name: string;
  /** The name as people compare it: one answer of it among the shared ones, and among those of a person. */
  nameKey: string;
  /** With variables by their names: `shared/cannedText.ts`. */
  text: string;
  uses: number;
  /** The last step of counting that wrote `uses`. */
  countedStep: number;
  /** Grows by one with each change, not with uses. */
  version: number;
  createdAt: Date;
  changedAt: Date;
}

/** What a step of counting writes. */
export interface UsesJournal {
  messageIds: Types.ObjectId[];
  uses: { id: Types.ObjectId; count: number }[];
}

export interface CannedCount {
  /** The company's. */
  _id: Types.ObjectId;
  step: number;
  /** Of this step; null when it is written. */
  journal: UsesJournal | null;
}

const { ObjectId, Mixed } = Schema.Types;

const cannedAnswerSchema = new Schema<CannedAnswer>(
  {
    companyId: { type: ObjectId, required: true },
    ownerId: { type: ObjectId, default: null },
    folder: { type: String, default: '' },
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    text: { type: String, required: true },
    uses: { type: Number, required: true },
    countedStep: { type: Number, required: true },
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'cannedAnswers', versionKey: false, minimize: false },
);
// One name in each scope; also the order of its list.
cannedAnswerSchema.index({ companyId: 1, ownerId: 1, nameKey: 1 }, { unique: true });

const cannedCountSchema = new Schema<CannedCount>(
  { _id: ObjectId, step: { type: Number, required: true }, journal: { type: Mixed, default: null } },
  { strict: 'throw', collection: 'cannedCounts', versionKey: false, minimize: false },
);

export interface CannedAnswerModels {
  cannedAnswers: Model<CannedAnswer>;
  cannedCounts: Model<CannedCount>;
}

export function cannedAnswerModels(connection: Connection): CannedAnswerModels {
  const { models } = connection;
  return {
    cannedAnswers: models.CannedAnswer ?? connection.model<CannedAnswer>('CannedAnswer', cannedAnswerSchema),
    cannedCounts: models.CannedCount ?? connection.model<CannedCount>('CannedCount', cannedCountSchema),
  };
}
