/** Names and numbers of BSON types for `$type` (https://www.mongodb.com/docs/manual/reference/bson-types/). */
import { badValue } from '../errors.ts';
import { isNumeric } from '../keys/valueKey.ts';

const numbers: Record<number, string> = {
  1: 'double',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  6: 'undefined',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
  13: 'javascript',
  14: 'symbol',
  15: 'javascriptWithScope',
  16: 'int',
  17: 'timestamp',
  18: 'long',
  19: 'decimal',
  127: 'maxKey',
  [-1]: 'minKey',
};
const names = new Set(Object.values(numbers));

export function parseTypes(value: unknown): Set<string> {
  const wanted = Array.isArray(value) ? value : [value];
  if (wanted.length === 0) throw badValue('$type must match at least one type');
  const types = new Set<string>();
  for (const type of wanted) {
    const name = isNumeric(type) ? numbers[Number(type)] : type;
    if (name === 'number') for (const kind of ['int', 'long', 'double', 'decimal']) types.add(kind);
    else if (typeof name === 'string' && names.has(name)) types.add(name);
    else throw badValue(`Unknown type name alias: ${String(type)}`);
  }
  return types;
}

const bsonNames: Record<string, string> = {
  ObjectId: 'objectId',
  Long: 'long',
  Int32: 'int',
  Double: 'double',
  Decimal128: 'decimal',
  Binary: 'binData',
  Timestamp: 'timestamp',
  BSONRegExp: 'regex',
  BSONSymbol: 'symbol',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
  Code: 'javascript',
};

export function typeName(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return Number.isInteger(value) && Math.abs(value) <= 0x7fffffff ? 'int' : 'double';
    case 'bigint':
      return 'long';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return 'missing';
    default:
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof RegExp) return 'regex';
  if (value instanceof Uint8Array) return 'binData';
  return bsonNames[(value as { _bsontype?: string })._bsontype ?? ''] ?? 'object';
}
