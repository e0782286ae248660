/**
 * The keys of the tables: the bytes of a record's key and of an index entry, and walks over ranges of them.
 * Record: collection id (3 bytes), record number (6). Entry: index id (3), field values, record number (6).
 */
import { createHash } from 'node:crypto';
import type { Table } from './database.ts';

const idBytes = 3;
const recordBytes = 6;
/** lmdb accepts keys up to 1978 bytes with pages of 4096; longer field values are cut here and get a hash. */
const fieldBytesKept = 1900;

export function recordKey(collectionId: number, record: number): Buffer {
  const key = Buffer.allocUnsafe(idBytes + recordBytes);
  key.writeUIntBE(collectionId, 0, idBytes);
  key.writeUIntBE(record, idBytes, recordBytes);
  return key;
}

export function recordOf(key: Buffer): number {
  return key.readUIntBE(key.length - recordBytes, recordBytes);
}

/** True when an entry holds only the beginning of these field values and a hash, so it does not sort exactly. */
export function isLong(fields: Buffer): boolean {
  return fields.length > fieldBytesKept;
}

function storedFields(fields: Buffer): Buffer {
  if (!isLong(fields)) return fields;
  return Buffer.concat([fields.subarray(0, fieldBytesKept), createHash('sha256').update(fields).digest()]);
}

export function entryKey(indexId: number, fields: Buffer, record: number): Buffer {
  const stored = storedFields(fields);
  const key = Buffer.allocUnsafe(idBytes + stored.length + recordBytes);
  key.writeUIntBE(indexId, 0, idBytes);
  stored.copy(key, idBytes);
  key.writeUIntBE(record, idBytes + stored.length, recordBytes);
  return key;
}

/** The field values of an entry, as stored. */
export function fieldsOf(key: Buffer): Buffer {
  return key.subarray(idBytes, key.length - recordBytes);
}

/** All keys of one collection or index. */
export function idRange(id: number): KeyRange {
  return { from: withId(id, Buffer.alloc(0)), to: withId(id + 1, Buffer.alloc(0)) };
}

/** Entries whose field values are in [low, high); cut values give a wider range, never a narrower one. */
export function entryRange(indexId: number, low: Buffer, high: Buffer | null): KeyRange {
  const from = withId(indexId, low.subarray(0, fieldBytesKept));
  if (high === null) return { from, to: withId(indexId + 1, Buffer.alloc(0)) };
  const to = isLong(high) ? after(high.subarray(0, fieldBytesKept)) : high;
  return { from, to: to === null ? withId(indexId + 1, Buffer.alloc(0)) : withId(indexId, to) };
}

/** Entries of exactly these field values, which may be followed by more fields. */
export function exactEntries(indexId: number, fields: Buffer): KeyRange {
  const from = withId(indexId, storedFields(fields));
  return { from, to: after(from)! };
}

function withId(id: number, rest: Buffer): Buffer {
  const key = Buffer.allocUnsafe(idBytes + rest.length);
  key.writeUIntBE(id, 0, idBytes);
  rest.copy(key, idBytes);
  return key;
}

/** The least bytes above everything that begins with these; null when no such bytes exist. */
export function after(bytes: Buffer): Buffer | null {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0xff) end--;
  if (end === 0) return null;
  const next = Buffer.from(bytes.subarray(0, end));
  next[end - 1]!++;
  return next;
}

/** From `from` up to, and without, `to`. */
export interface KeyRange {
  from: Buffer;
  to: Buffer;
}

const firstChunkKeys = 32;
const largestChunkKeys = 1024;

/**
 * The keys of a range, read in chunks with a new search for each chunk. So a walk may pause for a client's next
 * getMore while records are written, without holding an old snapshot open.
 */
export function* walkKeys(table: Table, range: KeyRange, reverse = false): Generator<Buffer> {
  let limit = firstChunkKeys;
  let last: Buffer | undefined;
  while (true) {
    const options = reverse
      ? { start: last ?? range.to, exclusiveStart: true, end: range.from, inclusiveEnd: true, reverse }
      : { start: last ?? range.from, exclusiveStart: last !== undefined, end: range.to };
    const chunk: Buffer[] = [];
    for (const key of table.getKeys({ ...options, limit, snapshot: false })) chunk.push(key as Buffer);
    yield* chunk;
    if (chunk.length < limit) return;
    last = chunk[chunk.length - 1];
    limit = Math.min(limit * 4, largestChunkKeys);
  }
}

export function hasKey(table: Table, range: KeyRange): boolean {
  for (const _ of table.getKeys({ start: range.from, end: range.to, limit: 1, snapshot: false })) return true;
  return false;
}

export function countKeys(table: Table, range: KeyRange, limit?: number): number {
  return table.getKeysCount({ start: range.from, end: range.to, ...(limit === undefined ? {} : { limit }) });
}
