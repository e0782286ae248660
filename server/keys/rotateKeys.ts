/**
 * Reseals everything under the current key. Passes go through every place that holds sealed text until one finds
 * nothing; then the kept keys are resealed and the previous key is retired. After a crash it continues from the last
 * document handled. Two processes may run it at once; they share the work.
 */

import { namedKeyOf, type Sealing } from '../storage/sealing.ts';
import type { Secrets } from '../storage/secretsFile.ts';
import { upserting } from '../storage/upserting.ts';
import { currentTime } from '../work/clock.ts';
import { keptKeyPurpose, openKeys, ringOf } from './keptKeys.ts';
import { otherHolders } from './keyHolders.ts';
import type { KeptKey, KeyModels, KeyRotation } from './keys.model.ts';
import { resealRows, type Unreadable } from './resealRows.ts';
import { type SealedModels, type SealedPlace, sealedPlaces } from './sealedPlaces.ts';

export interface RotateDeps extends KeyModels, SealedModels {
  secrets: Secrets;
  /** Wait between passes, for writes of processes that had read before the pass. */
  catchUpMs?: number;
  /** Finish although some texts cannot be opened; they stay as they are. */
  leavesUnreadable?: boolean;
  onStep?(step: { place: string; pass: number; resealed: number }): void;
}

export type RotationOutcome =
  /** `resealed` counts documents since the rotation began; `retired` is null when the key did not change. */
  | { kind: 'done'; keyId: string; resealed: number; retired: string | null }
  /** Live processes seal under other keys; they must be restarted with the new key first. */
  | { kind: 'othersSeal'; keyId: string; others: { processId: string; keyId: string }[] }
  | { kind: 'unreadable'; keyId: string; found: Unreadable[]; more: number };

const CATCH_UP_MS = 10_000;
const UNREADABLE_LISTED = 20;

export async function rotateKeys(deps: RotateDeps): Promise<RotationOutcome> {
  // Creates the kept keys in an older store that has none, and refuses keys that are not this store's.
  await openKeys(deps, deps.secrets);
  const sealing = ringOf(deps.secrets);
  const places = sealedPlaces(deps);
  const refusal = await othersSeal(deps, sealing);
  if (refusal) return refusal;
  let state = await begin(deps, sealing);
  for (;;) {
    const walked = await walk(deps, sealing, places, state);
    const { changed, unreadable, finishedAt } = walked.state;
    if (changed === 0 || finishedAt) {
      if (unreadable === 0 || deps.leavesUnreadable) break;
      const { found } = walked;
      return { kind: 'unreadable', keyId: sealing.keyId, found, more: unreadable - found.length };
    }
    await new Promise((resolve) => setTimeout(resolve, deps.catchUpMs ?? CATCH_UP_MS));
    state = await nextPass(deps, walked.state);
  }
  const late = await othersSeal(deps, sealing);
  if (late) return late;
  const { resealed, retired } = await finish(deps, sealing);
  return { kind: 'done', keyId: sealing.keyId, resealed, retired: retired ?? null };
}

async function othersSeal(deps: RotateDeps, { keyId }: Sealing): Promise<RotationOutcome | null> {
  const others = await otherHolders(deps, keyId);
  if (others.length === 0) return null;
  return {
    kind: 'othersSeal',
    keyId,
    others: others.map(({ _id: processId, keyId: sealsUnder }) => ({ processId, keyId: sealsUnder })),
  };
}

/**
 * Continues an unfinished rotation or begins one. A finished one begins again: data may have come from a backup.
 * `changed` is raised, so an interrupted pass is not the last: documents may have been written without being counted.
 */
async function begin({ keyRotations, keptKeys }: RotateDeps, { keyId }: Sealing): Promise<KeyRotation> {
  const index = await keptKeys.findById('blindIndex').orFail().lean<KeptKey>();
  await upserting(() =>
    keyRotations.updateOne(
      { _id: keyId },
      {
        $setOnInsert: {
          from: namedKeyOf(index.sealed) ?? '',
          pass: 1,
          place: 0,
          unreadable: 0,
          resealed: 0,
          startedAt: currentTime(),
          finishedAt: null,
        },
        $inc: { changed: 1 },
      },
      { upsert: true },
    ),
  );
  await keyRotations.updateOne(
    { _id: keyId, finishedAt: { $ne: null } },
    {
      $set: { ...freshPass, resealed: 0, startedAt: currentTime(), finishedAt: null },
      $inc: { pass: 1 },
      $unset: { after: '' },
    },
  );
  return keyRotations.findById(keyId).orFail().lean<KeyRotation>();
}

/** Walks to the end of the pass; another process may walk the same pass. */
async function walk(
  { keyRotations, onStep }: RotateDeps,
  sealing: Sealing,
  places: SealedPlace[],
  given: KeyRotation,
): Promise<{ state: KeyRotation; found: Unreadable[] }> {
  let state = given;
  const found: Unreadable[] = [];
  while (state.place < places.length) {
    const { _id, pass, place: at, after } = state;
    const place = places[at]!;
    const step = await resealRows(place, sealing, after);
    onStep?.({ place: place.name, pass, resealed: step.resealed });
    const changed = step.resealed + step.changedMeanwhile;
    const advanced = await keyRotations
      .findOneAndUpdate(
        { _id, pass, place: at, after: after ?? { $exists: false } },
        {
          ...(step.last === null
            ? { $set: { place: at + 1 }, $unset: { after: '' } }
            : { $set: { after: step.last } }),
          $inc: { changed, resealed: step.resealed, unreadable: step.unreadable.length },
        },
        { returnDocument: 'after' },
      )
      .lean<KeyRotation>();
    if (advanced) found.push(...step.unreadable.slice(0, UNREADABLE_LISTED - found.length));
    // Another process is further; the documents resealed here still count.
    else await keyRotations.updateOne({ _id }, { $inc: { changed, resealed: step.resealed } });
    state = advanced ?? (await keyRotations.findById(_id).orFail().lean<KeyRotation>());
    if (state.pass !== pass) found.length = 0;
  }
  return { state, found };
}

const freshPass = { place: 0, changed: 0, unreadable: 0 };

/** Begins the next pass, once, however many processes ended this one. */
async function nextPass({ keyRotations }: RotateDeps, { _id, pass }: KeyRotation): Promise<KeyRotation> {
  await keyRotations.updateOne(
    { _id, pass, finishedAt: null },
    { $set: freshPass, $inc: { pass: 1 }, $unset: { after: '' } },
  );
  return keyRotations.findById(_id).orFail().lean<KeyRotation>();
}

/** The kept keys come last: while they are sealed under the previous key, no process starts without it. */
async function finish({ keptKeys, keyRotations }: RotateDeps, sealing: Sealing): Promise<KeyRotation> {
  for (const { _id, sealed } of await keptKeys.find({}).limit(10).lean<KeptKey[]>()) {
    if (sealing.isCurrent(sealed)) continue;
    const plain = sealing.open(sealed, keptKeyPurpose(_id));
    await keptKeys.updateOne({ _id, sealed }, { $set: { sealed: sealing.seal(plain, keptKeyPurpose(_id)) } });
  }
  const { from } = await keyRotations.findById(sealing.keyId).orFail().lean<KeyRotation>();
  const isOther = from !== '' && from !== sealing.keyId;
  return keyRotations
    .findOneAndUpdate(
      { _id: sealing.keyId },
      { $set: { finishedAt: currentTime(), ...(isOther ? { retired: from } : {}) } },
      { returnDocument: 'after' },
    )
    .orFail()
    .lean<KeyRotation>();
}
