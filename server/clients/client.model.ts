/**
 * Clients of the company. A client is one person, whatever networks they answer from; a bond ties a network's
 * user id to them, and one user id is bonded to one client only.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';

export interface Bond {
  /** `vk:2001`: one string, so that one multikey index holds the promise. */
  key: string;
  network: Network;
  externalUserId: string;
  bondedAt: Date;
}

export interface Client {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  name: string;
  /** At the network; screens get it through `/media`. */
  avatarSourceUrl: string | null;
  bonds: Bond[];
  phoneSealed: string | null;
  phoneIndex?: string;
  phoneConfirmedAt: Date | null;
  locale: string | null;
  firstSeenAt: Date;
  /** When name and avatar were last asked of the network; null before the first answer. */
  profileReadAt: Date | null;
}

const clientSchema = new Schema<Client>(
  {
    companyId: { type: Schema.Types.ObjectId, required: true },
    name: { type: String, required: true },
    avatarSourceUrl: { type: String, default: null },
    bonds: [
      new Schema<Bond>(
        {
          key: { type: String, required: true },
          network: { type: String, required: true },
          externalUserId: { type: String, required: true },
          bondedAt: { type: Date, required: true },
        },
        { _id: false, strict: 'throw' },
      ),
    ],
    phoneSealed: { type: String, default: null },
    phoneIndex: { type: String },
    phoneConfirmedAt: { type: Date, default: null },
    locale: { type: String, default: null },
    firstSeenAt: { type: Date, required: true },
    profileReadAt: { type: Date, default: null },
  },
  { strict: 'throw', collection: 'clients', versionKey: false },
);
clientSchema.index(
  { companyId: 1, 'bonds.key': 1 },
  { unique: true, partialFilterExpression: { 'bonds.key': { $exists: true } } },
);
clientSchema.index(
  { companyId: 1, phoneIndex: 1 },
  { unique: true, partialFilterExpression: { phoneIndex: { $exists: true } } },
);

export function clientModel(connection: Connection): Model<Client> {
  return connection.models.Client ?? connection.model<Client>('Client', clientSchema);
}

export function bondKey(network: Network, externalUserId: string): string {
  return `${network}:${externalUserId}`;
}
