/**
 * Any BSON value as bytes whose order is MongoDB's order of values
 * (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/). The same bytes serve index keys, sorts
 * in memory and comparisons, so these can never disagree.
 */
import { Binary, Decimal128, Double, Int32, Long } from 'bson';
import { ByteWriter } from './byteWriter.ts';
import { type AnyNumber, writeNumberKey } from './numberKey.ts';

/** The order of types; the numbers follow MongoDB's canonicalizeBSONType. 0 ends an object or array. */
export const typeRank = {
  minKey: 1,
  /** The key of an empty array in an index. */
  undefined: 2,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  dbRef: 55,
  code: 60,
  codeWithScope: 65,
  maxKey: 127,
} as const;

/** In an index key: the mark of an empty array, which sorts before null. */
export const emptyArrayMark = Symbol('empty array');

const bsonRanks: Record<string, number> = {
  ObjectId: typeRank.objectId,
  Long: typeRank.number,
  Int32: typeRank.number,
  Double: typeRank.number,
  Decimal128: typeRank.number,
  Binary: typeRank.binary,
  Timestamp: typeRank.timestamp,
  BSONRegExp: typeRank.regex,
  BSONSymbol: typeRank.string,
  MinKey: typeRank.minKey,
  MaxKey: typeRank.maxKey,
  DBRef: typeRank.object,
};

export function rankOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return typeRank.string;
    case 'number':
    case 'bigint':
      return typeRank.number;
    case 'boolean':
      return typeRank.bool;
    case 'undefined':
      return typeRank.null;
    case 'symbol':
      return typeRank.undefined;
    default:
  }
  if (value === null) return typeRank.null;
  if (Array.isArray(value)) return typeRank.array;
  if (value instanceof Date) return typeRank.date;
  if (value instanceof RegExp) return typeRank.regex;
  if (value instanceof Uint8Array) return typeRank.binary;
  const bsonType = (value as { _bsontype?: string })._bsontype;
  if (bsonType === undefined) return typeRank.object;
  if (bsonType === 'Code') {
    return (value as { scope?: unknown }).scope == null ? typeRank.code : typeRank.codeWithScope;
  }
  return bsonRanks[bsonType] ?? typeRank.object;
}

export function isNumeric(value: unknown): value is AnyNumber {
  if (typeof value === 'number' || typeof value === 'bigint') return true;
  return (
    value instanceof Long || value instanceof Decimal128 || value instanceof Int32 || value instanceof Double
  );
}

/** True for an embedded document in BSON's sense. */
export function isDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && rankOf(value) === typeRank.object;
}

/** Writes the rank and then the value. */
export function writeValueKey(writer: ByteWriter, value: unknown): void {
  const rank = rankOf(value);
  writer.byte(rank);
  writeBody(writer, rank, value);
}

function writeBody(writer: ByteWriter, rank: number, value: unknown): void {
  switch (rank) {
    case typeRank.number:
      writeNumberKey(writer, value as AnyNumber);
      return;
    case typeRank.string:
      writer.text(String(value));
      return;
    case typeRank.object:
      writeObject(writer, value as Record<string, unknown>);
      return;
    case typeRank.array:
      for (const element of value as unknown[]) writeValueKey(writer, element);
      writer.byte(0);
      return;
    case typeRank.binary:
      writeBinary(writer, value as Binary | Uint8Array);
      return;
    case typeRank.objectId:
      writer.raw((value as { id: Uint8Array }).id);
      return;
    case typeRank.bool:
      writer.byte(value ? 1 : 0);
      return;
    case typeRank.date:
      // A date outside JavaScript's range reads as NaN.
      writeInt64(writer, BigInt(Number(value) || 0));
      return;
    case typeRank.timestamp: {
      const stamp = value as { t: number; i: number };
      writer.uint32(stamp.t >>> 0);
      writer.uint32(stamp.i >>> 0);
      return;
    }
    case typeRank.regex: {
      const { pattern, options } = regexParts(value as RegexValue);
      writer.text(pattern);
      writer.text(options);
      return;
    }
    case typeRank.code:
      writer.text(String((value as { code: unknown }).code));
      return;
    case typeRank.codeWithScope: {
      const code = value as { code: unknown; scope: Record<string, unknown> };
      writer.text(String(code.code));
      writeObject(writer, code.scope);
      return;
    }
    default:
  }
}

function writeObject(writer: ByteWriter, value: Record<string, unknown>): void {
  const fields = (value as { _bsontype?: string })._bsontype === 'DBRef' ? dbRefFields(value) : value;
  // MongoDB compares field by field: the type, then the name, then the value.
  for (const name of Object.keys(fields)) {
    const rank = rankOf(fields[name]);
    writer.byte(rank);
    writer.text(name);
    writeBody(writer, rank, fields[name]);
  }
  writer.byte(0);
}

function dbRefFields(value: unknown): Record<string, unknown> {
  return (value as { toJSON(): Record<string, unknown> }).toJSON();
}

function writeBinary(writer: ByteWriter, value: Binary | Uint8Array): void {
  const bytes = value instanceof Binary ? value.buffer.subarray(0, value.position) : value;
  writer.uint32(bytes.length);
  writer.byte(value instanceof Binary ? value.sub_type : 0);
  writer.raw(bytes);
}

const int64 = Buffer.alloc(8);
function writeInt64(writer: ByteWriter, value: bigint): void {
  int64.writeBigInt64BE(value);
  int64[0]! ^= 0x80;
  writer.raw(int64);
}

type RegexValue = RegExp | { pattern: string; options: string };
export function regexParts(value: RegexValue): { pattern: string; options: string } {
  return value instanceof RegExp ? { pattern: value.source, options: value.flags } : value;
}

const scratch = new ByteWriter();

export function valueKey(value: unknown): Buffer {
  scratch.reset();
  writeValueKey(scratch, value);
  return scratch.finish();
}

/** Negative, 0 or positive, in MongoDB's order. The common kinds are compared without making bytes. */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') {
    if (left < right) return -1;
    if (left > right) return 1;
    if (left === right) return 0;
    return Number(!Number.isNaN(left)) - Number(!Number.isNaN(right));
  }
  const leftRank = rankOf(left);
  const rightRank = rankOf(right);
  if (leftRank !== rightRank) return leftRank - rightRank;
  if (leftRank === typeRank.date) return Number(left) - Number(right);
  if (leftRank === typeRank.null || left === right) return 0;
  return Buffer.compare(valueKey(left), valueKey(right));
}

export function sameValue(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right;
  return compareValues(left, right) === 0;
}
