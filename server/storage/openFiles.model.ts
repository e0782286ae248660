/**
 * Files that are being stored or removed, one document each. A file is many pieces and one name (GridFS), written one
 * after another. The document is inserted before the first write and deleted after the last, so the sweep finds files
 * that a process left halfway.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface OpenFile {
  /** The file's own id. */
  _id: Types.ObjectId;
  /** Which collections hold it: `<bucket>.files` and `<bucket>.chunks`. */
  bucket: string;
  /** After this time the process that worked on the file is assumed to have crashed. */
  dueAt: Date;
  /** Set before the sweep checks the file: a late process must not rely on its pieces. */
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
