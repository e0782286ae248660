/**
 * The most common projection, some of a document's top fields, copied from its bytes without decoding and encoding.
 * https://bsonspec.org/spec.html
 */
import type { Document } from 'bson';
import { isNumeric } from '../keys/valueKey.ts';

/** Undefined for any other projection. */
export function topFields(spec: Document | undefined): ((bytes: Buffer) => Buffer) | undefined {
  if (spec === undefined) return undefined;
  const { _id: showsId = 1, ...fields } = spec;
  const names = Object.keys(fields);
  if (!isFlag(showsId)) return undefined;
  // No field is named: the result is the whole document, or only the id when it is included.
  if (names.length === 0 && !(spec._id !== undefined && isShown(spec._id))) return undefined;
  if (names.some((name) => /[.$]/.test(name) || !isFlag(fields[name]) || !isShown(fields[name])))
    return undefined;
  if (isShown(showsId)) names.push('_id');
  const wanted = new Set(names.map((name) => Buffer.from(name).toString('latin1')));
  return (bytes) => keepFields(bytes, wanted);
}

const isFlag = (value: unknown) => typeof value === 'boolean' || isNumeric(value);
const isShown = (value: unknown) => value === true || Number(value) !== 0;

/** @param wanted field names, each UTF-8 byte as one character. */
function keepFields(bytes: Buffer, wanted: ReadonlySet<string>): Buffer {
  const parts: Buffer[] = [Buffer.alloc(4)];
  let length = 5;
  for (let at = 4; bytes[at] !== 0; ) {
    const nameEnd = bytes.indexOf(0, at + 1);
    const end = nameEnd + 1 + valueBytes(bytes, bytes[at]!, nameEnd + 1);
    if (wanted.has(bytes.toString('latin1', at + 1, nameEnd))) {
      parts.push(bytes.subarray(at, end));
      length += end - at;
    }
    at = end;
  }
  parts[0]!.writeInt32LE(length);
  parts.push(Buffer.alloc(1));
  return Buffer.concat(parts, length);
}

const fixedBytes: Record<number, number> = {
  1: 8, // double
  6: 0, // undefined
  7: 12, // ObjectId
  8: 1, // boolean
  9: 8, // date
  10: 0, // null
  16: 4, // int32
  17: 8, // timestamp
  18: 8, // int64
  19: 16, // decimal128
  127: 0, // MaxKey
  255: 0, // MinKey
};

/** The length in bytes of the value that begins at `at`. */
function valueBytes(bytes: Buffer, type: number, at: number): number {
  const fixed = fixedBytes[type];
  if (fixed !== undefined) return fixed;
  switch (type) {
    case 2: // text, code and symbol: a length, then the bytes
    case 13:
    case 14:
      return 4 + bytes.readInt32LE(at);
    case 3: // document, array and code with scope: a length that counts itself
    case 4:
    case 15:
      return bytes.readInt32LE(at);
    case 5: // binary: a length, the subtype, the bytes
      return 5 + bytes.readInt32LE(at);
    case 11: // pattern: two texts that end with 0
      return bytes.indexOf(0, bytes.indexOf(0, at) + 1) + 1 - at;
    case 12: // pointer: a text and an ObjectId
      return 4 + bytes.readInt32LE(at) + 12;
    default:
      throw new Error(`BSON has no type ${type}`);
  }
}
