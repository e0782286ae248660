/**
 * Clients of the company. A client is one person, whatever networks they answer from; a bond ties a network's
 * user id to them, and one user id is bonded to one client only.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { PhoneEvidence } from '../../shared/schemas/client.ts';
import type { Network } from '../../shared/schemas/common.ts';

export interface Bond {
  /** `vk:2001`: one string, so that one multikey index holds the promise. */
  key: string;
  network: Network;
  externalUserId: string;
  bondedAt: Date;
  /** It was another client's before the two became one. */
  isMerged?: boolean;
  /** What that client was called: parted again, they are called so. */
  mergedName?: string;
}

/** How it became known that the phone is this client's. */
export interface PhoneBond {
  how: PhoneEvidence;
  at: Date;
  /** The colleague who said so; null where it followed from a message. */
  personName: string | null;
}

/** What this client is taking over from another, written down before it is done so that it is finished after a crash. */
export interface ClientMergeJob {
  from: Types.ObjectId;
  bonds: Bond[];
  /** Sealed for the client who takes it. */
  phone: { sealed: string; index: string; bond: PhoneBond; confirmedAt: Date | null } | null;
  /** Index of the other's phone where this one keeps its own: the two are one, and one phone stays. */
  letsGo?: string;
  at: Date;
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
  phoneBond?: PhoneBond;
  /** Phones that a colleague said are not this client's: only a colleague ties them again. */
  refusedPhoneIndexes?: string[];
  takeover?: ClientMergeJob;
  phoneConfirmedAt: Date | null;
  locale: string | null;
  firstSeenAt: Date;
  /** When name and avatar were last asked of the network; null before the first answer. */
  profileReadAt: Date | null;
  /** Everything above but the id and `firstSeenAt` was removed on request (N17). */
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
// What an erased client's phone left behind at others.
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
