/**
 * Keys that the company's own systems sign with. The secrets are sealed, not hashed, because checking an HMAC needs
 * the secret itself. During a rotation two secrets are valid.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { type ApiRight, apiRights } from '../../shared/schemas/apiKey.ts';

export interface ApiKeySecret {
  sealed: string;
  madeAt: Date;
  /** Set on a secret that a newer one has replaced. */
  worksUntil: Date | null;
}

export interface ApiKey {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  name: string;
  /** The name of the key in requests; random, but not a secret. */
  consumerKey: string;
  /** The newest first, two at most. */
  secrets: ApiKeySecret[];
  rights: ApiRight[];
  isActive: boolean;
  ratePerMinute: number;
  requiresBodyHash: boolean;
  statusUrl: string | null;
  webhookSecretSealed: string;
  createdAt: Date;
  createdBy: string;
  lastUsedAt: Date | null;
  /** Grows with every change by an administrator. */
  revision: number;
}

/** Purposes for sealing: a secret cannot be opened as another kind, nor as another key's. */
export const sealedAs = {
  consumerSecret: (consumerKey: string) => `api key secret of ${consumerKey}`,
  webhookSecret: (consumerKey: string) => `status webhook secret of ${consumerKey}`,
};

const apiKeySchema = new Schema<ApiKey>(
  {
    companyId: { type: Schema.Types.ObjectId, required: true },
    name: { type: String, required: true },
    consumerKey: { type: String, required: true },
    secrets: [
      {
        _id: false,
        sealed: { type: String, required: true },
        madeAt: { type: Date, required: true },
        worksUntil: { type: Date, default: null },
      },
    ],
    rights: { type: [{ type: String, enum: apiRights }], required: true } as never,
    isActive: { type: Boolean, required: true },
    ratePerMinute: { type: Number, required: true },
    requiresBodyHash: { type: Boolean, required: true },
    statusUrl: { type: String, default: null },
    webhookSecretSealed: { type: String, required: true },
    createdAt: { type: Date, required: true },
    createdBy: { type: String, required: true },
    lastUsedAt: { type: Date, default: null },
    revision: { type: Number, required: true },
  },
  { strict: 'throw', collection: 'apiKeys', versionKey: false, minimize: false },
);
apiKeySchema.index({ consumerKey: 1 }, { unique: true });
apiKeySchema.index({ companyId: 1, createdAt: 1 });

export function apiKeyModel(connection: Connection): Model<ApiKey> {
  return connection.models.ApiKey ?? connection.model<ApiKey>('ApiKey', apiKeySchema);
}
