/**
 * One document per write whose status effects are not done yet. It is inserted before the write and deleted after the
 * effects. The messages carry no mark of their own: that would cost one more update of each message of the write.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface OpenTransitions {
  /** The write's id. Each transition that it makes keeps it in the message's history as `changeId`. */
  _id: Types.ObjectId;
  /** The messages whose status the write changes. */
  messageIds: Types.ObjectId[];
  openedAt: Date;
  /** After this, any process may assume that the writer crashed, and runs the effects. Also that process's lease. */
  dueAt: Date;
  /** The sweep that runs them now. */
  sweptBy?: Types.ObjectId;
  /** How often the effects of some of its messages failed for a reason of their own. */
  failures?: number;
}

const openTransitionsSchema = new Schema<OpenTransitions>(
  {
    messageIds: { type: [Schema.Types.ObjectId], required: true },
    openedAt: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    sweptBy: Schema.Types.ObjectId,
    failures: Number,
  },
  { strict: 'throw', collection: 'openMoves', versionKey: false },
);
openTransitionsSchema.index({ dueAt: 1 });
// Few rows: only those whose effects failed. The metric counts them.
openTransitionsSchema.index({ failures: 1 }, { partialFilterExpression: { failures: { $exists: true } } });

export function openTransitionsModel(connection: Connection): Model<OpenTransitions> {
  return connection.models.OpenMoves ?? connection.model<OpenTransitions>('OpenMoves', openTransitionsSchema);
}
