/**
 * How far one person has read one conversation. A row is written when the person opens a thread with replies that
 * nobody has answered, and never when a message comes (ADR 30). It holds ids and a number, nothing of the client.
 */
import { type Connection, type Model, Schema } from 'mongoose';

export interface StoredReadMark {
  /** The person's id, a colon, the conversation's id: one look-up finds the marks of a page. */
  _id: string;
  readReplyCount: number;
  at: Date;
}

/** An answer makes a mark superfluous. What still waits after half a year is shown as unread again. */
const KEPT_S = 183 * 86_400;

const readMarkSchema = new Schema<StoredReadMark>(
  {
    _id: { type: String, required: true },
    readReplyCount: { type: Number, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'readMarks', versionKey: false },
);
readMarkSchema.index({ at: 1 }, { expireAfterSeconds: KEPT_S });

export function readMarkModel(connection: Connection): Model<StoredReadMark> {
  return connection.models.ReadMark ?? connection.model<StoredReadMark>('ReadMark', readMarkSchema);
}
