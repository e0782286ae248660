/**
 * BSON to values and back without losing a type. int64 stays Long. In a document that will be written back, a double
 * that JavaScript would write as int32 stays Double.
 */
import {
  BSONSymbol,
  type DeserializeOptions,
  type Document,
  Double,
  deserialize,
  Int32,
  serialize,
} from 'bson';
import { CommandError } from '../errors.ts';

const readOptions: DeserializeOptions = { promoteLongs: false, promoteBuffers: false, bsonRegExp: true };
const exactOptions: DeserializeOptions = { ...readOptions, promoteValues: false };

export function decode(bytes: Uint8Array): Document {
  return deserialize(bytes, readOptions);
}

/** For documents that are changed and stored again. */
export function decodeExactly(bytes: Uint8Array): Document {
  return relax(deserialize(bytes, exactOptions)) as Document;
}

/** Both decoded forms; usually they are equal and one object. */
export function decodeBoth(bytes: Uint8Array): { exact: Document; plain: Document } {
  wrappersKept = 0;
  const exact = decodeExactly(bytes);
  return { exact, plain: wrappersKept === 0 ? exact : decode(bytes) };
}

/** How many values of the last document `decode` gives in another form. */
let wrappersKept = 0;

/** Unwraps numbers that encode back to the same BSON type; keeps the wrappers of the others. */
function relax(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) {
    if (staysDouble(value.value)) return value.value;
    wrappersKept += 1;
    return value;
  }
  if (value instanceof BSONSymbol) wrappersKept += 1;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) value[at] = relax(value[at]);
  } else if ((value as Document)._bsontype === undefined && !(value instanceof Date)) {
    const fields = value as Document;
    for (const name of Object.keys(fields)) {
      const field = fields[name];
      if (typeof field === 'object' && field !== null) fields[name] = relax(field);
    }
  }
  return value;
}

function staysDouble(value: number): boolean {
  return !Number.isInteger(value) || Object.is(value, -0) || value > 0x7fffffff || value < -0x80000000;
}

/** The size of the serializer's own buffer: past it bytes are lost without an error, or it throws a RangeError. */
const serializerBytes = 17 * 1024 * 1024;

/** @throws CommandError when the document is larger than any that the store may hold or send. */
export function encode(document: Document): Buffer {
  let bytes: Buffer | undefined;
  try {
    bytes = serialize(document, { ignoreUndefined: true }) as Buffer;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  if (bytes !== undefined && bytes.length <= serializerBytes) return bytes;
  throw new CommandError(10334, 'BSONObj size is invalid: it is larger than 16 MiB');
}
