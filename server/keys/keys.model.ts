/** Documents about keys: the kept keys, sealed; the key that each process seals under; the rotations. */
import { type Connection, type Model, Schema } from 'mongoose';

/**
 * Keys that must outlive a change of `SECRET_KEY`, each sealed under it: `blindIndex` finds phones, `signIn` signs
 * session cookies.
 */
export interface KeptKey {
  _id: 'blindIndex' | 'signIn';
  sealed: string;
  madeAt: Date;
}

/** A live process and the key that it seals under. */
export interface KeyHolder {
  /** The process. */
  _id: string;
  keyId: string;
  /** Renewed while the process lives. */
  at: Date;
}

/** One rotation: everything is resealed under the key that is its id. */
export interface KeyRotation {
  /** The key that seals from now on. */
  _id: string;
  /** The key that the kept keys were sealed under when it began. */
  from: string;
  /** The pass through the store, from 1; a pass that finds nothing to do is the last. */
  pass: number;
  /** The index of the place that the pass is at, and the id of the last document handled there. */
  place: number;
  after?: unknown;
  /** In this pass: documents resealed or written by other processes meanwhile, and texts that no key opened. */
  changed: number;
  unreadable: number;
  /** Documents resealed so far. */
  resealed: number;
  startedAt: Date;
  finishedAt: Date | null;
  /** The key that no process may seal under any more. */
  retired?: string;
}

const required = true;
const kept = { strict: 'throw', versionKey: false, minimize: false } as const;

const keptKeySchema = new Schema<KeptKey>(
  { _id: { type: String, required }, sealed: { type: String, required }, madeAt: { type: Date, required } },
  { ...kept, collection: 'keptKeys' },
);

const keyHolderSchema = new Schema<KeyHolder>(
  { _id: { type: String, required }, keyId: { type: String, required }, at: { type: Date, required } },
  { ...kept, collection: 'keyHolders' },
);
// Removes documents of crashed processes.
keyHolderSchema.index({ at: 1 }, { expireAfterSeconds: 24 * 3600 });

const keyRotationSchema = new Schema<KeyRotation>(
  {
    _id: { type: String, required },
    from: { type: String, required },
    pass: { type: Number, required },
    place: { type: Number, required },
    after: Schema.Types.Mixed,
    changed: { type: Number, required },
    unreadable: { type: Number, required },
    resealed: { type: Number, required },
    startedAt: { type: Date, required },
    finishedAt: { type: Date, default: null },
    retired: String,
  },
  { ...kept, collection: 'keyRotations' },
);
keyRotationSchema.index({ retired: 1 }, { partialFilterExpression: { retired: { $exists: true } } });

export interface KeyModels {
  keptKeys: Model<KeptKey>;
  keyHolders: Model<KeyHolder>;
  keyRotations: Model<KeyRotation>;
}

export function keyModels(connection: Connection): KeyModels {
  const { models } = connection;
  return {
    keptKeys: models.KeptKey ?? connection.model<KeptKey>('KeptKey', keptKeySchema),
    keyHolders: models.KeyHolder ?? connection.model<KeyHolder>('KeyHolder', keyHolderSchema),
    keyRotations: models.KeyRotation ?? connection.model<KeyRotation>('KeyRotation', keyRotationSchema),
  };
}
