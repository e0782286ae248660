/**
 * BSON to values and back without losing a type: int64 stays Long, and (where a document will be written back) a
 * double that JavaScript would write as int32 stays Double.
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

const readOptions: DeserializeOptions = { promoteLongs: false, promoteBuffers: false, bsonRegExp: true };
const exactOptions: DeserializeOptions = { ...readOptions, promoteValues: false };

export function decode(bytes: Uint8Array): Document {
  return deserialize(bytes, readOptions);
}

/** For documents that are changed and stored again. */
export function decodeExactly(bytes: Uint8Array): Document {
  return relax(deserialize(bytes, exactOptions)) as Document;
}

/** Both readings; one object where they are the same, which is the rule. */
export function decodeBoth(bytes: Uint8Array): { exact: Document; plain: Document } {
  wrappersKept = 0;
  const exact = decodeExactly(bytes);
  return { exact, plain: wrappersKept === 0 ? exact : decode(bytes) };
}

/** By the last reading: values that `decode` gives otherwise. */
let wrappersKept = 0;

/** JavaScript numbers where encoding gives the same BSON type back; wrappers stay where it would not. */
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

export function encode(document: Document): Buffer {
  return serialize(document, { ignoreUndefined: true }) as Buffer;
}

/** For aggregation: int64 as a JavaScript number where it fits, because mingo calculates with those. */
export function decodePlainly(bytes: Uint8Array): Document {
  return deserialize(bytes, { promoteBuffers: false, bsonRegExp: false });
}
