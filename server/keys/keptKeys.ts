/**
 * The two keys that outlive a change of `SECRET_KEY`, kept in the store and sealed under it (ADR 7). Opening them at
 * start detects a wrong `SECRET_KEY` before anything is written under it.
 */

import { randomBytes } from 'node:crypto';
import { isDuplicateKey } from '../storage/database.ts';
import { createSealing, formerIndexKey, keyIdOf, type Sealing, UnknownKeyError } from '../storage/sealing.ts';
import { type MasterKey, type Secrets, SecretsError } from '../storage/secretsFile.ts';
import { currentTime } from '../work/clock.ts';
import type { KeptKey, KeyModels } from './keys.model.ts';
import { type SealedModels, sealedPlaces } from './sealedPlaces.ts';

export interface OpenedKeys {
  sealing: Sealing;
  /** Signs session cookies. */
  authSecret: string;
}

export const keptKeyPurpose = (name: KeptKey['_id']) => `kept key ${name}`;
const KEY_BYTES = 32;

/**
 * Opens the kept keys; creates them in a store that has none. Safe to repeat.
 * @throws SecretsError that names the setting, when the keys given are not those of this store.
 */
export async function openKeys(
  models: Pick<KeyModels, 'keptKeys' | 'keyRotations'> & SealedModels,
  secrets: Secrets,
): Promise<OpenedKeys> {
  await refuseRetired(models, secrets);
  const ring = ringOf(secrets);
  const indexKey = await keptKey(models, secrets, ring, 'blindIndex');
  const authSecret = await keptKey(models, secrets, ring, 'signIn');
  return {
    sealing: createSealing(secrets.current.sealing, {
      former: secrets.former.map(({ sealing }) => sealing),
      indexKey: Buffer.from(indexKey, 'base64url'),
    }),
    authSecret,
  };
}

/** Seals and opens. Its blind index is not the store's, so it cannot find phones. */
export function ringOf({ current, former }: Secrets): Sealing {
  return createSealing(current.sealing, { former: former.map(({ sealing }) => sealing) });
}

/** A process that starts with old settings must not seal under a key that is about to be discarded. */
async function refuseRetired(
  { keyRotations }: Pick<KeyModels, 'keyRotations'>,
  secrets: Secrets,
): Promise<void> {
  const keyId = keyIdOf(secrets.current.sealing);
  const rotation = await keyRotations.findOne({ retired: keyId }).lean();
  if (rotation)
    throw new SecretsError(
      `${secrets.source}: key ${keyId} was replaced by key ${rotation._id} and may not be used again; set that one`,
    );
}

async function keptKey(
  models: Pick<KeyModels, 'keptKeys'> & SealedModels,
  secrets: Secrets,
  ring: Sealing,
  name: KeptKey['_id'],
): Promise<string> {
  const { keptKeys } = models;
  const kept = (await keptKeys.findById(name).lean()) ?? (await makeOnce(models, secrets, name));
  try {
    return ring.open(kept.sealed, keptKeyPurpose(name));
  } catch (error) {
    throw error instanceof UnknownKeyError ? wrongKey(secrets, `key ${error.keyId}`) : error;
  }
}

/** When several processes start at once, one stores the key and all use that one. */
async function makeOnce(
  models: Pick<KeyModels, 'keptKeys'> & SealedModels,
  secrets: Secrets,
  name: KeptKey['_id'],
): Promise<KeptKey> {
  const { keptKeys } = models;
  const owner = await keyOfStore(models, secrets);
  const plain = owner ? formerly(owner, name) : randomBytes(KEY_BYTES).toString('base64url');
  // Sealed under the key that sealed the rest; it stays so until everything is resealed under another.
  const sealed = createSealing((owner ?? secrets.current).sealing).seal(plain, keptKeyPurpose(name));
  try {
    return (await keptKeys.create({ _id: name, sealed, madeAt: currentTime() })).toObject();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return keptKeys.findById(name).orFail().lean<KeptKey>();
  }
}

/** In older stores both keys were derived from the master key. */
function formerly({ sealing, formerAuthSecret }: MasterKey, name: KeptKey['_id']): string {
  return name === 'signIn' ? formerAuthSecret : formerIndexKey(sealing).toString('base64url');
}

/** The master key that opens the stored texts; null for a store in which nothing was ever sealed. */
async function keyOfStore(models: SealedModels, secrets: Secrets): Promise<MasterKey | null> {
  let hasSealedTexts = false;
  for (const { model, fields, textsIn } of sealedPlaces(models)) {
    const rows = await model.find({}, fields).sort({ _id: 1 }).limit(SAMPLES).lean();
    for (const { sealed, purposes } of rows.flatMap((row) => textsIn(row as never))) {
      hasSealedTexts = true;
      for (const key of [secrets.current, ...secrets.former])
        for (const purpose of purposes) if (opens(key, sealed, purpose)) return key;
    }
  }
  if (hasSealedTexts) throw wrongKey(secrets, 'another key');
  return null;
}

const SAMPLES = 20;

function opens({ sealing }: MasterKey, sealed: string, purpose: string): boolean {
  try {
    createSealing(sealing).open(sealed, purpose);
    return true;
  } catch {
    return false;
  }
}

function wrongKey({ source }: Secrets, sealedUnder: string): SecretsError {
  return new SecretsError(
    source === 'SECRET_KEY'
      ? `SECRET_KEY is not the key of this database, which was sealed under ${sealedUnder}: set that key as SECRET_KEY, or add it to SECRET_KEY_PREVIOUS while keys are changed`
      : `${source} does not hold the key of this database, which was sealed under ${sealedUnder}: restore that file from a copy, or set its key as SECRET_KEY`,
  );
}
