/**
 * Phones that a company does not write to, one document each: found by blind index, sealed for people who may read
 * them.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface BlockedPhone {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  phoneIndex: string;
  phoneSealed: string;
  /** A note by the person who added it; may be empty. */
  reason: string;
  addedAt: Date;
  addedBy: { id: string; name: string };
}

const blockedPhoneSchema = new Schema<BlockedPhone>(
  {
    companyId: { type: Schema.Types.ObjectId, required: true },
    phoneIndex: { type: String, required: true },
    phoneSealed: { type: String, required: true },
    reason: { type: String, default: '' },
    addedAt: { type: Date, required: true },
    addedBy: { id: { type: String, required: true }, name: { type: String, required: true } },
  },
  { strict: 'throw', collection: 'blockedPhones', versionKey: false },
);
blockedPhoneSchema.index({ companyId: 1, phoneIndex: 1 }, { unique: true });
blockedPhoneSchema.index({ companyId: 1, addedAt: -1, _id: -1 });

export function blockedPhoneModel(connection: Connection): Model<BlockedPhone> {
  return connection.models.BlockedPhone ?? connection.model<BlockedPhone>('BlockedPhone', blockedPhoneSchema);
}
