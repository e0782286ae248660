/**
 * What the company's own systems are told of one message: its moves in order, each with how far the telling is. One
 * document a message, so that the order needs no more than its own list. It is its own outbox row.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { noticeStates } from '../../shared/schemas/apiKey.ts';
import type { ServiceStatus } from '../../shared/v1/statuses.ts';

export type NoticeState = (typeof noticeStates)[number];

export interface NoticeAttempt {
  at: Date;
  httpStatus: number | null;
  /** Why it did not arrive, in a word. */
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
  /** Where it was posted last. */
  url: string;
  log: NoticeAttempt[];
}

export interface StatusNotices {
  /** The message's own id. */
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  keyId: Types.ObjectId;
  clientMessageId: string | null;
  /** The message's own address; the key's when null. */
  statusUrl: string | null;
  callbackData: string | null;
  /** By sequence. */
  moves: NoticeTransition[];
  /** Grows whenever there is more to tell, so that who ends its work sees what came meanwhile. */
  revision: number;
  /** Present while something waits to be told. */
  dueAt?: Date;
  leaseUntil: Date | null;
  claimId: Types.ObjectId | null;
  updatedAt: Date;
  /** Present once all is told: the log is removed then. */
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
