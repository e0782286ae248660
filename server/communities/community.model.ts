/**
 * A company's community in one network: its sealed secrets, how its events reach the desk, how far they are stored,
 * and which process listens now. The tokens themselves never leave this room and the channels.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import { type ConnectionState, connectionStates, stopReasons } from '../../shared/schemas/community.ts';

export type StopReason = (typeof stopReasons)[number];

export interface CommunityConnection {
  state: ConnectionState;
  /** The time of the change to this state. */
  since: Date;
  stopReason: StopReason | null;
  networkCode: number | null;
  /** Only while stopped: how often the network was asked again, and when it is asked next. */
  retries?: number;
  nextTryAt?: Date | null;
}

export interface NotifySettings {
  baseUrl: string;
  /** The community's name at the gateway. */
  service: string;
  credentialsSealed: string;
  /** The secret that the gateway sends when it posts statuses. */
  statusSecretSealed: string;
  /** Set when the gateway refused the whole community: nothing is sent until an administrator acts. */
  stopped: { since: Date; networkCode: string | null } | null;
}

export interface Community {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  network: Network;
  /** The network's own id, a decimal string; for VK the positive group id. */
  externalId: string;
  name: string;
  screenName: string | null;
  avatarSourceUrl: string | null;
  tokenSealed: string;
  webhookSecretSealed: string | null;
  /** The answer that VK expects when it confirms our address. */
  webhookConfirmation: string | null;
  /** The network's id of our callback server; null until it is added. */
  webhookServerId: number | null;
  intake: { longPoll: boolean; webhook: boolean };
  isEnabled: boolean;
  /** Whether clients are asked for a mark after a resolution. Absent in older documents: no. */
  asksRating?: boolean;
  /** Null or absent: the usual question. */
  ratingQuestion?: string | null;
  /** This community's settings at the gateway; null without a gateway. Absent in older documents. */
  notify?: NotifySettings | null;
  /** Every event up to `ts` is stored. `at`: when the desk last knew that there were no others. */
  checkpoint: { ts: string; at: Date } | null;
  /** The process that listens for this community, and until when it owns the lease. */
  lease: { owner: string; until: Date } | null;
  connection: CommunityConnection;
  /** Since when the intake makes no progress; null while it does. Absent in older documents. */
  stalledSince?: Date | null;
  /** VK asks for a captcha at this method: a person must pass it. Absent in older documents. */
  captcha?: { method: string; url: string | null; since: Date } | null;
  lastEventAt: Date | null;
  createdAt: Date;
}

const nullable = { type: Schema.Types.Mixed, default: null };

const communitySchema = new Schema<Community>(
  {
    companyId: { type: Schema.Types.ObjectId, required: true },
    network: { type: String, enum: ['vk', 'ok'], required: true },
    externalId: { type: String, required: true },
    name: { type: String, required: true },
    screenName: { type: String, default: null },
    avatarSourceUrl: { type: String, default: null },
    tokenSealed: { type: String, required: true },
    webhookSecretSealed: { type: String, default: null },
    webhookConfirmation: { type: String, default: null },
    webhookServerId: { type: Number, default: null },
    intake: {
      longPoll: { type: Boolean, required: true },
      webhook: { type: Boolean, required: true },
    },
    isEnabled: { type: Boolean, required: true },
    asksRating: Boolean,
    ratingQuestion: String,
    notify: nullable,
    // Each is null or a whole value, written at once; the types above describe it.
    checkpoint: nullable,
    lease: nullable,
    captcha: nullable,
    connection: {
      state: { type: String, enum: connectionStates, required: true },
      since: { type: Date, required: true },
      stopReason: { type: String, enum: [...stopReasons, null], default: null },
      networkCode: { type: Number, default: null },
      retries: Number,
      nextTryAt: Date,
    },
    stalledSince: { type: Date, default: null },
    lastEventAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'communities', versionKey: false, minimize: false },
);
communitySchema.index({ network: 1, externalId: 1 }, { unique: true });

export function communityModel(connection: Connection): Model<Community> {
  return connection.models.Community ?? connection.model<Community>('Community', communitySchema);
}
