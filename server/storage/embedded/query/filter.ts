/**
 * Parses a filter into a tree, which both matching (`match.ts`) and planning (`plan.ts`) use. Refuses unknown
 * operators and wrong arguments with MongoDB's codes.
 */
import type { Document } from 'bson';
import { badValue, notSupported } from '../errors.ts';
import { isDocument, isNumeric, rankOf, regexParts, typeRank } from '../keys/valueKey.ts';
import { parseTypes } from './bsonTypes.ts';
import { toRegExp } from './pattern.ts';

export type Comparison = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

export type Test =
  | { op: Comparison; value: unknown }
  | { op: 'in'; values: unknown[]; patterns: RegExp[] }
  | { op: 'regex'; pattern: RegExp; source: string; options: string }
  | { op: 'exists' }
  | { op: 'type'; types: Set<string> }
  | { op: 'mod'; divisor: number; remainder: number }
  | { op: 'size'; count: number }
  | { op: 'bits'; mode: 'AllSet' | 'AllClear' | 'AnySet' | 'AnyClear'; mask: bigint }
  | { op: 'elemMatchDocument'; filter: FilterNode }
  | { op: 'elemMatchValue'; tests: FilterNode };

export type FilterNode =
  | { kind: 'and' | 'or' | 'nor'; nodes: FilterNode[] }
  | { kind: 'not'; node: FilterNode }
  | { kind: 'field'; path: string; parts: string[]; test: Test }
  | { kind: 'expression'; expression: unknown }
  | { kind: 'never' };

export function parseFilter(filter: Document): FilterNode {
  if (!isDocument(filter)) throw badValue('the filter must be a document');
  const nodes: FilterNode[] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (!name.startsWith('$')) nodes.push(...parseField(name, value));
    else nodes.push(...parseTopLevel(name, value));
  }
  return all(nodes);
}

function all(nodes: FilterNode[]): FilterNode {
  return nodes.length === 1 ? nodes[0]! : { kind: 'and', nodes };
}

function parseTopLevel(name: string, value: unknown): FilterNode[] {
  switch (name) {
    case '$and':
      return [{ kind: 'and', nodes: branches(name, value) }];
    case '$or':
      return [{ kind: 'or', nodes: branches(name, value) }];
    case '$nor':
      return [{ kind: 'nor', nodes: branches(name, value) }];
    case '$expr':
      return [{ kind: 'expression', expression: value }];
    case '$comment':
      return [];
    case '$text':
    case '$where':
    case '$jsonSchema':
      throw notSupported(`${name} is not supported by the embedded store`);
    default:
      throw badValue(`unknown top level operator: ${name}`);
  }
}

function branches(name: string, value: unknown): FilterNode[] {
  if (!Array.isArray(value) || value.length === 0) throw badValue(`${name} must be a nonempty array`);
  return value.map((branch) => {
    if (!isDocument(branch)) throw badValue(`${name} argument's entries must be objects`);
    return parseFilter(branch);
  });
}

export function isOperatorDocument(value: unknown): value is Document {
  if (!isDocument(value) || (value as Document)._bsontype !== undefined) return false;
  const [first] = Object.keys(value);
  return first?.startsWith('$') === true && first !== '$ref' && first !== '$id' && first !== '$db';
}

function parseField(path: string, value: unknown): FilterNode[] {
  const parts = path.split('.');
  const field = (test: Test): FilterNode => ({ kind: 'field', path, parts, test });
  if (isOperatorDocument(value)) return parseOperators(path, value, field);
  if (rankOf(value) === typeRank.regex) return [field(parseRegex(value))];
  return [field({ op: 'eq', value })];
}

type AsField = (test: Test) => FilterNode;

function parseOperators(path: string, operators: Document, field: AsField): FilterNode[] {
  return Object.entries(operators).map(([operator, value]) => {
    switch (operator) {
      case '$regex':
        return field(parseRegex(value, operators.$options));
      case '$options':
        if (operators.$regex === undefined) throw badValue('$options needs a $regex');
        return all([]);
      case '$not':
        return { kind: 'not', node: parseNot(path, value) };
      case '$all':
        return parseAll(path, value, field);
      default:
        return parseOperator(operator, value, field);
    }
  });
}

function parseRegex(value: unknown, options?: unknown): Test {
  const pattern = toRegExp(value, options);
  const own = typeof value === 'string' ? { pattern: value, options: '' } : regexParts(value as RegExp);
  const wanted = typeof options === 'string' ? options : own.options;
  return { op: 'regex', pattern, source: own.pattern, options: [...wanted].sort().join('') };
}

function parseNot(path: string, value: unknown): FilterNode {
  if (!isOperatorDocument(value) && rankOf(value) !== typeRank.regex) {
    throw badValue('$not needs a regex or a document');
  }
  return all(parseField(path, value));
}

function parseAll(path: string, value: unknown, field: AsField): FilterNode {
  if (!Array.isArray(value)) throw badValue('$all needs an array');
  if (value.length === 0) return { kind: 'never' };
  return all(
    value.flatMap((wanted) => {
      if (isOperatorDocument(wanted) && '$elemMatch' in wanted) {
        return [field(parseElemMatch(wanted.$elemMatch))];
      }
      return parseField(path, isOperatorDocument(wanted) ? { $eq: wanted } : wanted);
    }),
  );
}

const comparisons: Record<string, Comparison> = {
  $eq: 'eq',
  $gt: 'gt',
  $gte: 'gte',
  $lt: 'lt',
  $lte: 'lte',
};

function parseOperator(operator: string, value: unknown, field: AsField): FilterNode {
  const comparison = comparisons[operator];
  if (comparison !== undefined) {
    if (value === undefined) throw badValue(`cannot compare to undefined`);
    return field({ op: comparison, value });
  }
  switch (operator) {
    case '$ne':
      return { kind: 'not', node: field({ op: 'eq', value }) };
    case '$in':
      return field(parseIn(operator, value));
    case '$nin':
      return { kind: 'not', node: field(parseIn(operator, value)) };
    case '$exists':
      return isTruthy(value) ? field({ op: 'exists' }) : { kind: 'not', node: field({ op: 'exists' }) };
    case '$type':
      return field({ op: 'type', types: parseTypes(value) });
    case '$mod':
      return field(parseMod(value));
    case '$size':
      return field({ op: 'size', count: wholeNumber('$size', value) });
    case '$elemMatch':
      return field(parseElemMatch(value));
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
      return field({ op: 'bits', mode: operator.slice(5) as 'AllSet', mask: parseMask(operator, value) });
    case '$geoWithin':
    case '$geoIntersects':
    case '$near':
    case '$nearSphere':
      throw notSupported(`${operator} is not supported by the embedded store`);
    default:
      throw badValue(`unknown operator: ${operator}`);
  }
}

function isTruthy(value: unknown): boolean {
  return isNumeric(value) ? Number(value) !== 0 : value !== false && value !== null && value !== undefined;
}

function parseIn(operator: string, value: unknown): Test {
  if (!Array.isArray(value)) throw badValue(`${operator} needs an array`);
  const values: unknown[] = [];
  const patterns: RegExp[] = [];
  for (const entry of value) {
    if (isOperatorDocument(entry)) throw badValue(`cannot nest $ under ${operator}`);
    values.push(entry);
    if (rankOf(entry) === typeRank.regex) patterns.push(toRegExp(entry));
  }
  return { op: 'in', values, patterns };
}

function parseElemMatch(value: unknown): Test {
  if (!isDocument(value)) throw badValue('$elemMatch needs an Object');
  const names = Object.keys(value);
  const isValueTest = names.length > 0 && names.every((name) => name.startsWith('$') && !logical.has(name));
  // A test of values is matched as the field "value" of a document made around each element.
  if (isValueTest) return { op: 'elemMatchValue', tests: all(parseField('value', value)) };
  return { op: 'elemMatchDocument', filter: parseFilter(value) };
}
const logical = new Set(['$and', '$or', '$nor', '$expr']);

function parseMod(value: unknown): Test {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(isNumeric)) {
    throw badValue('malformed mod, needs to be an array of two numbers');
  }
  const [divisor, remainder] = value.map((number) => Math.trunc(Number(number)));
  if (divisor === 0) throw badValue('divisor cannot be 0');
  return { op: 'mod', divisor: divisor!, remainder: remainder! };
}

function wholeNumber(operator: string, value: unknown): number {
  const number = isNumeric(value) ? Number(value) : Number.NaN;
  if (!Number.isInteger(number) || number < 0) {
    throw badValue(`Failed to parse ${operator}. Expected a non-negative whole number`);
  }
  return number;
}

function parseMask(operator: string, value: unknown): bigint {
  if (Array.isArray(value)) {
    return value.reduce<bigint>(
      (mask, position) => mask | (1n << BigInt(wholeNumber(operator, position))),
      0n,
    );
  }
  return BigInt(wholeNumber(operator, value));
}
