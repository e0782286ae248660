/**
 * Which writes moved messages and are not followed yet, a row each. The row is there before the write, and goes when all
 * that follows from its moves is done: the messages themselves carry no mark, and one write costs two rows' work
 * instead of one more update of each of its messages.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface OpenTransitions {
  /** The write's own id, which each move that it made keeps in its message's history (`changeId`). */
  _id: Types.ObjectId;
  /** The messages that the write was to move. */
  messageIds: Types.ObjectId[];
  openedAt: Date;
  /** When whoever looks takes it that the writer did not live to follow; a lease of who follows in its place. */
  dueAt: Date;
}

const openTransitionsSchema = new Schema<OpenTransitions>(
  {
    messageIds: { type: [Schema.Types.ObjectId], required: true },
    openedAt: { type: Date, required: true },
    dueAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'openMoves', versionKey: false },
);
openTransitionsSchema.index({ dueAt: 1 });

export function openTransitionsModel(connection: Connection): Model<OpenTransitions> {
  return connection.models.OpenMoves ?? connection.model<OpenTransitions>('OpenMoves', openTransitionsSchema);
}
