/**
 * The keys of a document in an index: one, or one per array element. Follows MongoDB's multikey rules
 * (https://www.mongodb.com/docs/manual/core/indexes/index-types/index-multikey/). A sort in memory uses the least of
 * the same keys.
 */
import type { Document } from 'bson';
import { badValue, CommandError } from '../errors.ts';
import { ByteWriter } from './byteWriter.ts';
import { emptyArrayMark, isDocument, writeValueKey } from './valueKey.ts';

export interface KeyField {
  path: string;
  parts: string[];
  descending: boolean;
}

export interface IndexKeys {
  keys: Buffer[];
  /** Per field: whether it was reached through an array. */
  multikey: boolean[];
  /** False when the document has none of the fields. */
  hasAny: boolean;
}

export function keyFields(spec: Document): KeyField[] {
  return Object.entries(spec).map(([path, direction]) => ({
    path,
    parts: path.split('.'),
    descending: Number(direction) < 0,
  }));
}

const writer = new ByteWriter();

export function indexKeys(fields: KeyField[], document: Document): IndexKeys {
  const found: IndexKeys = { keys: [], multikey: fields.map(() => false), hasAny: false };
  const start = fields.map((field) => ({ at: document as unknown, rest: field.parts }));
  expand(fields, start, found);
  if (found.keys.length > 1) found.keys = distinctKeys(found.keys);
  return found;
}

export function sortKey(fields: KeyField[], document: Document): Buffer {
  const { keys } = keysForSort(fields, document);
  let least = keys[0]!;
  for (const key of keys) if (Buffer.compare(key, least) < 0) least = key;
  return least;
}

function keysForSort(fields: KeyField[], document: Document): IndexKeys {
  try {
    return indexKeys(fields, document);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw badValue('cannot sort with keys that are parallel arrays');
  }
}

/** The walk of a field's path: the value reached so far and the names still to follow. */
interface Walk {
  at: unknown;
  rest: string[];
}

function expand(fields: KeyField[], walks: Walk[], found: IndexKeys): void {
  let array: unknown[] | undefined;
  const descended = walks.map((walk) => {
    const next = descend(walk);
    if (isExpandable(next)) {
      if (array !== undefined && array !== next.at) {
        throw new CommandError(171, 'cannot index parallel arrays');
      }
      array = next.at as unknown[];
    }
    return next;
  });
  if (array === undefined) {
    found.keys.push(compoundKey(fields, descended, found));
    return;
  }
  descended.forEach((walk, at) => {
    if (isExpandable(walk)) found.multikey[at] = true;
  });
  if (array.length === 0) {
    expand(fields, descended.map(overEmptyArray), found);
    return;
  }
  for (const element of array) {
    expand(
      fields,
      descended.map((walk) => (isExpandable(walk) ? intoElement(walk, element) : walk)),
      found,
    );
  }
}

/** A final value: an array inside an array is a value of its own and is not opened. */
class Settled {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

const isExpandable = (walk: Walk) => Array.isArray(walk.at);

function intoElement(walk: Walk, element: unknown): Walk {
  if (walk.rest.length === 0) return { at: new Settled(element), rest: [] };
  return isDocument(element) ? { at: element, rest: walk.rest } : { at: new Settled(undefined), rest: [] };
}

function overEmptyArray(walk: Walk): Walk {
  if (!isExpandable(walk)) return walk;
  return { at: new Settled(walk.rest.length === 0 ? emptyArrayMark : undefined), rest: [] };
}

function descend(walk: Walk): Walk {
  let { at, rest } = walk;
  while (rest.length > 0) {
    const name = rest[0]!;
    if (Array.isArray(at)) {
      if (!/^\d+$/.test(name)) break;
      at = at[Number(name)];
    } else if (isDocument(at)) {
      at = Object.hasOwn(at, name) ? at[name] : undefined;
    } else {
      return { at: new Settled(undefined), rest: [] };
    }
    rest = rest.slice(1);
  }
  return { at, rest };
}

function compoundKey(fields: KeyField[], walks: Walk[], found: IndexKeys): Buffer {
  writer.reset();
  for (let index = 0; index < fields.length; index++) {
    const { at } = walks[index]!;
    const value = at instanceof Settled ? at.value : at;
    if (value !== undefined) found.hasAny = true;
    const start = writer.length;
    writeValueKey(writer, value);
    if (fields[index]!.descending) writer.invertFrom(start);
  }
  return writer.finish();
}

function distinctKeys(keys: Buffer[]): Buffer[] {
  const known = new Map<string, Buffer>();
  for (const key of keys) known.set(key.toString('latin1'), key);
  return [...known.values()];
}
