/** Erasures of clients, each its own row of work: what is left to do is found by `dueAt`, whichever process died. */
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
  /** What finds the rest; gone when the work is done. Sealed to this row. */
  phoneSealed?: string;
  phoneIndex?: string;
  /** Blocks of lists up to this one hold the phone no more. */
  mailingRowsUpTo?: string;
  /** Doubles as the lease; absent when nothing is left to do. */
  dueAt?: Date;
  /** When everything had been removed for the first time; what was under way then is looked for once more. */
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
