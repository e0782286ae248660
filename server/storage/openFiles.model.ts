/**
 * Which files are being stored or removed, a row each. A file is many pieces and one name (GridFS), written one after
 * another: the row is there before the first of them and goes after the last, so whoever looks finds what a process left halfway.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface OpenFile {
  /** The file's own id. */
  _id: Types.ObjectId;
  /** Which collections hold it: `<bucket>.files` and `<bucket>.chunks`. */
  bucket: string;
  /** When it is taken that nobody works on it any more. */
  dueAt: Date;
  /** Set before its pieces are looked at: who comes back to it later must not count on them. */
  isGivenUp?: boolean;
}

const openFileSchema = new Schema<OpenFile>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    bucket: { type: String, required: true },
    dueAt: { type: Date, required: true },
    isGivenUp: { type: Boolean },
  },
  { strict: 'throw', collection: 'openFiles', versionKey: false },
);
openFileSchema.index({ dueAt: 1 });

export function openFileModel(connection: Connection): Model<OpenFile> {
  return connection.models.OpenFile ?? connection.model<OpenFile>('OpenFile', openFileSchema);
}
