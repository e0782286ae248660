/** What the store knows of its keys: those kept in it, sealed; who seals under which; how far a change of keys has come. */
import { type Connection, type Model, Schema } from 'mongoose';

/**
 * Keys that must outlive a change of `SECRET_KEY`, each sealed under it: `blindIndex` finds phones, `signIn` signs session
 * cookies.
 */
export interface KeptKey {
  _id: 'blindIndex' | 'signIn';
  sealed: string;
  madeAt: Date;
}

/** A process that lives, and the key that it seals under. */
export interface KeyHolder {
  /** The process. */
  _id: string;
  keyId: string;
  /** Told again while it lives. */
  at: Date;
}

/** One change of keys: everything is brought under the key that it is named by. */
export interface KeyRotation {
  /** The key that seals from now on. */
  _id: string;
  /** The key that the kept keys were sealed under when it began. */
  from: string;
  /** The pass through the store, from 1; a pass that finds nothing to do is the last. */
  pass: number;
  /** The place that the pass is at, and the last row of it that was dealt with. */
  place: number;
  after?: unknown;
  /** In this pass: rows that were sealed anew or written by others, and texts that no key opened. */
  changed: number;
  unreadable: number;
  /** Rows sealed anew so far. */
  resealed: number;
  startedAt: Date;
  finishedAt: Date | null;
  /** The key that nobody may seal under any more. */
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
// What a process that died has left.
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
