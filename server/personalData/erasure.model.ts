/**
 * Erasures of clients. Each is one unit of work; any process finds unfinished ones by `dueAt`, also after a crash.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { type ErasureReason, erasureReasons, erasureStates } from '../../shared/schemas/personalData.ts';

export interface Erasure {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  clientId: Types.ObjectId;
  state: (typeof erasureStates)[number];
  reason: ErasureReason;
  reference: string;
  requestedAt: Date;
  requestedBy: { id: string; name: string };
  /** Finds the client's other data; removed when the work is done. Sealed to this document. */
  phoneSealed?: string;
  phoneIndex?: string;
  /** Blocks of campaigns' lists up to this one no longer hold the phone. */
  mailingRowsUpTo?: string;
  /** When the next run is due; while one runs, the end of its lease. Absent when nothing is left to do. */
  dueAt?: Date;
  /** The run that holds the lease. */
  runId?: Types.ObjectId | null;
  /** Time of the first complete run; a second run erases what was in progress then. */
  emptiedAt: Date | null;
  finishedAt: Date | null;
}

const oid = Schema.Types.ObjectId;
const required = true;

const erasureSchema = new Schema<Erasure>(
  {
    companyId: { type: oid, required },
    clientId: { type: oid, required },
    state: { type: String, enum: erasureStates, required },
    reason: { type: String, enum: erasureReasons, required },
    reference: { type: String, default: '' },
    requestedAt: { type: Date, required },
    requestedBy: { type: Schema.Types.Mixed, required } as never,
    phoneSealed: String,
    phoneIndex: String,
    mailingRowsUpTo: String,
    dueAt: Date,
    runId: oid,
    emptiedAt: { type: Date, default: null },
    finishedAt: { type: Date, default: null },
  },
  { strict: 'throw', collection: 'erasures', versionKey: false, minimize: false },
);
erasureSchema.index({ clientId: 1 }, { unique: true });
erasureSchema.index({ companyId: 1, requestedAt: -1 });
erasureSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });

export function erasureModel(connection: Connection): Model<Erasure> {
  return connection.models.Erasure ?? connection.model<Erasure>('Erasure', erasureSchema);
}
