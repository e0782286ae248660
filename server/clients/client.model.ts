/**
 * Clients of the company. A client is one person in all networks. A bond links a network's user id to a client, and a
 * user id has one client only.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { PhoneEvidence } from '../../shared/schemas/client.ts';
import type { Network } from '../../shared/schemas/common.ts';

export interface Bond {
  /** `vk:2001`: one string, so that one multikey index keeps it unique. */
  key: string;
  network: Network;
  externalUserId: string;
  bondedAt: Date;
  /** It belonged to another client before a merge. */
  isMerged?: boolean;
  /** That client's name, restored when the bond is split off again. */
  mergedName?: string;
}

/** How it became known that the phone is this client's. */
export interface PhoneBond {
  how: PhoneEvidence;
  at: Date;
  /** The agent who bonded it by hand; null when a message proved it. */
  personName: string | null;
}

/** What this client receives from another. Stored before the merge begins, so that it survives a crash. */
export interface ClientMergeJob {
  from: Types.ObjectId;
  bonds: Bond[];
  /** Sealed for the client that receives it. */
  phone: { sealed: string; index: string; bond: PhoneBond; confirmedAt: Date | null } | null;
  /** Index of the other client's phone, which is dropped because this client keeps its own. */
  letsGo?: string;
  at: Date;
  /** Times that it failed, and when it is tried again. */
  failures?: number;
  retryAt?: Date;
}

export interface Client {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  name: string;
  /** The network's URL; screens load it through `/media`. */
  avatarSourceUrl: string | null;
  bonds: Bond[];
  phoneSealed: string | null;
  phoneIndex?: string;
  phoneBond?: PhoneBond;
  /** Phones that an agent unbonded from this client: only an agent can bond them again. */
  refusedPhoneIndexes?: string[];
  takeover?: ClientMergeJob;
  phoneConfirmedAt: Date | null;
  locale: string | null;
  firstSeenAt: Date;
  /** When name and avatar were last read from the network; null before the first time. */
  profileReadAt: Date | null;
  /** Everything above except the id and `firstSeenAt` was removed on request (N17, personal data). */
  erasedAt?: Date;
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
          isMerged: { type: Boolean },
          mergedName: { type: String },
        },
        { _id: false, strict: 'throw' },
      ),
    ],
    phoneSealed: { type: String, default: null },
    phoneIndex: { type: String },
    phoneBond: { type: Schema.Types.Mixed },
    refusedPhoneIndexes: { type: [String], default: undefined } as never,
    takeover: { type: Schema.Types.Mixed },
    phoneConfirmedAt: { type: Date, default: null },
    locale: { type: String, default: null },
    firstSeenAt: { type: Date, required: true },
    profileReadAt: { type: Date, default: null },
    erasedAt: Date,
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
// Erasure finds other clients that refused the erased client's phone.
clientSchema.index(
  { companyId: 1, refusedPhoneIndexes: 1 },
  { partialFilterExpression: { refusedPhoneIndexes: { $exists: true } } },
);
clientSchema.index({ 'takeover.at': 1 }, { partialFilterExpression: { 'takeover.at': { $exists: true } } });

export function clientModel(connection: Connection): Model<Client> {
  return connection.models.Client ?? connection.model<Client>('Client', clientSchema);
}

export function bondKey(network: Network, externalUserId: string): string {
  return `${network}:${externalUserId}`;
}
