/** Drafts of answers and notes, one for a person and a conversation. An empty draft is not stored. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { DraftContent } from '../../../shared/schemas/draft.ts';

export interface Draft extends DraftContent {
  /** The person's id, a colon, the conversation's id. */
  _id: string;
  personId: Types.ObjectId;
  conversationId: Types.ObjectId;
  revision: number;
  at: Date;
}

/** A draft that nobody has touched for so long will not be sent. */
const KEPT_S = 90 * 86_400;

const draftSchema = new Schema<Draft>(
  {
    _id: { type: String, required: true },
    personId: { type: Schema.Types.ObjectId, required: true },
    conversationId: { type: Schema.Types.ObjectId, required: true },
    text: { type: String, default: '' },
    mode: { type: String, required: true },
    sinceSeq: { type: Number, default: null },
    quoted: { type: Schema.Types.Mixed, default: null },
    canned: Schema.Types.Mixed,
    revision: { type: Number, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'drafts', versionKey: false, minimize: false },
);
// A person's drafts, the newest first.
draftSchema.index({ personId: 1, at: -1 });
// Those of an erased client.
draftSchema.index({ conversationId: 1 });
draftSchema.index({ at: 1 }, { expireAfterSeconds: KEPT_S });

export function draftModel(connection: Connection): Model<Draft> {
  return connection.models.Draft ?? connection.model<Draft>('Draft', draftSchema);
}
