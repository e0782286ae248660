/**
 * The notices of one message to the company's own systems: its transitions in order, each with its delivery state.
 * One document per message, so that its list alone keeps the order. The document is also its own outbox entry.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { noticeStates } from '../../shared/schemas/apiKey.ts';
import type { ServiceStatus } from '../../shared/v1/statuses.ts';

export type NoticeState = (typeof noticeStates)[number];

export interface NoticeAttempt {
  at: Date;
  httpStatus: number | null;
  /** Why it did not arrive, as a code. */
  problem: string | null;
}

export interface NoticeTransition {
  sequence: number;
  status: ServiceStatus;
  at: Date;
  code: string | null;
  state: NoticeState;
  attempts: number;
  nextAttemptAt: Date;
  giveUpAt: Date;
  /** The address of the last post. */
  url: string;
  log: NoticeAttempt[];
}

export interface StatusNotices {
  /** The message's own id. */
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  keyId: Types.ObjectId;
  clientMessageId: string | null;
  /** The message's own address; null means the key's. */
  statusUrl: string | null;
  callbackData: string | null;
  /** Sorted by sequence. */
  moves: NoticeTransition[];
  /** Grows when a notice is added or sent again, so that a sender sees it before it releases its claim. */
  revision: number;
  /** Present while a notice waits. */
  dueAt?: Date;
  leaseUntil: Date | null;
  claimId: Types.ObjectId | null;
  updatedAt: Date;
  /** When the log is deleted; present once no notice waits. */
  expireAt?: Date;
}

const oid = Schema.Types.ObjectId;

const statusNoticesSchema = new Schema<StatusNotices>(
  {
    companyId: { type: oid, required: true },
    keyId: { type: oid, required: true },
    clientMessageId: { type: String, default: null },
    statusUrl: { type: String, default: null },
    callbackData: { type: String, default: null },
    moves: { type: [Schema.Types.Mixed], required: true } as never,
    revision: { type: Number, required: true },
    dueAt: Date,
    leaseUntil: { type: Date, default: null },
    claimId: { type: oid, default: null },
    updatedAt: { type: Date, required: true },
    expireAt: Date,
  },
  { strict: 'throw', collection: 'statusWebhooks', versionKey: false, minimize: false },
);
statusNoticesSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
statusNoticesSchema.index({ keyId: 1, updatedAt: -1, _id: -1 });
statusNoticesSchema.index({ keyId: 1, 'moves.state': 1, updatedAt: -1, _id: -1 });
statusNoticesSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export function statusNoticesModel(connection: Connection): Model<StatusNotices> {
  return (
    connection.models.StatusNotices ?? connection.model<StatusNotices>('StatusNotices', statusNoticesSchema)
  );
}
