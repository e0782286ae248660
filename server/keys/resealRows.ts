/** One step of a rotation: reads some documents of one place and reseals texts that another key sealed. */
import { namedKeyOf, type Sealing } from '../storage/sealing.ts';
import type { SealedPlace, SealedText } from './sealedPlaces.ts';

export interface Unreadable {
  /** `clients 65f…: phoneSealed` */
  where: string;
  /** The key that the text names; null when it names none. */
  keyId: string | null;
}

export interface ResealedStep {
  /** The id of the last document read; null at the end of the place. */
  last: unknown;
  resealed: number;
  /** Documents that another process wrote meanwhile; the next pass reads them again. */
  changedMeanwhile: number;
  unreadable: Unreadable[];
}

type Row = { _id: unknown };

/** Safe to repeat and to run in several processes at once: a text is replaced only while it is unchanged. */
export async function resealRows(
  { name, model, fields, atOnce, textsIn }: SealedPlace,
  sealing: Sealing,
  after: unknown,
): Promise<ResealedStep> {
  const rows: Row[] = await model
    .find(after === undefined ? {} : ({ _id: { $gt: after } } as never), fields)
    .sort({ _id: 1 })
    .limit(atOnce)
    .lean<Row[]>();
  const unreadable: Unreadable[] = [];
  const changes: { filter: Record<string, unknown>; update: Record<string, unknown> }[] = [];
  for (const row of rows) {
    const filter: Record<string, unknown> = {};
    const set: Record<string, string> = {};
    for (const text of textsIn(row as never)) {
      if (sealing.isCurrent(text.sealed)) continue;
      const plain = opened(text, sealing);
      if (plain === null) {
        unreadable.push({ where: `${name} ${row._id}: ${text.path}`, keyId: namedKeyOf(text.sealed) });
        continue;
      }
      filter[text.path] = text.sealed;
      set[text.path] = sealing.seal(plain, text.purposes[0]);
    }
    if (Object.keys(set).length > 0)
      changes.push({ filter: { _id: row._id, ...filter }, update: { $set: set } });
  }
  const resealed =
    changes.length === 0
      ? 0
      : (
          await model.collection.bulkWrite(changes.map((change) => ({ updateOne: change })) as never, {
            ordered: false,
          })
        ).matchedCount;
  return {
    last: rows.at(-1)?._id ?? null,
    resealed,
    changedMeanwhile: changes.length - resealed,
    unreadable,
  };
}

function opened({ sealed, purposes }: SealedText, sealing: Sealing): string | null {
  for (const purpose of purposes)
    try {
      return sealing.open(sealed, purpose);
    } catch {
      // Sealed for another purpose, or unreadable.
    }
  return null;
}
