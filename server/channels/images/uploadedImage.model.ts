/**
 * How a network names an image of ours: one row per image and community, so that the image is uploaded once. The
 * database deletes the row after a day: no network says how long an upload may be used (ADR 19).
 */
import { type Connection, type Model, Schema } from 'mongoose';

export interface UploadedImage {
  /** `<community's id> <image's id>` */
  _id: string;
  /** How messages of this network name the upload. */
  attachment: string;
  /** Both by the database's clock. */
  uploadedAt: Date;
  refusedAt?: Date;
}

const KEPT_S = 24 * 3600;

const uploadedImageSchema = new Schema<UploadedImage>(
  {
    _id: { type: String, required: true },
    attachment: { type: String, required: true },
    uploadedAt: { type: Date, required: true },
    refusedAt: { type: Date },
  },
  { strict: 'throw', collection: 'uploadedImages', versionKey: false },
);
uploadedImageSchema.index({ uploadedAt: 1 }, { expireAfterSeconds: KEPT_S });

export function uploadedImageModel(connection: Connection): Model<UploadedImage> {
  return (
    connection.models.UploadedImage ?? connection.model<UploadedImage>('UploadedImage', uploadedImageSchema)
  );
}
