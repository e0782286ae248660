/** Turns a parsed filter into a function of a document. Comparison is by `keys/valueKey.ts`, the order of the indexes. */
import type { Document } from 'bson';
import { compileExpression } from '../aggregate/expression.ts';
import { isTrue } from '../aggregate/scope.ts';
import {
  compareValues,
  isNumeric,
  rankOf,
  regexParts,
  sameValue,
  typeRank,
  valueKey,
} from '../keys/valueKey.ts';
import { typeName } from './bsonTypes.ts';
import { type Comparison, type FilterNode, parseFilter, type Test } from './filter.ts';
import { anyAtPath } from './path.ts';

export type Matcher = (document: Document) => boolean;

export function compileFilter(filter: Document, variables: Document = {}): Matcher {
  return compileNode(parseFilter(filter), variables);
}

export function compileNode(node: FilterNode, variables: Document = {}): Matcher {
  switch (node.kind) {
    case 'and': {
      const matchers = node.nodes.map((each) => compileNode(each, variables));
      return (document) => matchers.every((matches) => matches(document));
    }
    case 'or': {
      const matchers = node.nodes.map((each) => compileNode(each, variables));
      return (document) => matchers.some((matches) => matches(document));
    }
    case 'nor': {
      const matchers = node.nodes.map((each) => compileNode(each, variables));
      return (document) => !matchers.some((matches) => matches(document));
    }
    case 'not': {
      const matches = compileNode(node.node, variables);
      return (document) => !matches(document);
    }
    case 'field': {
      const test = compileTest(node.test, variables);
      const { parts } = node;
      return (document) => anyAtPath(document, parts, test);
    }
    case 'expression': {
      const evaluate = compileExpression(node.expression);
      return (root) => isTrue(evaluate({ root, variables }));
    }
    case 'never':
      return () => false;
  }
}

type LeafTest = (leaf: unknown) => boolean;

/** MongoDB tests an array both as a value and through each of its elements. */
function orAnyElement(test: LeafTest): LeafTest {
  return (leaf) => test(leaf) || (Array.isArray(leaf) && leaf.some(test));
}

function compileTest(test: Test, variables: Document): LeafTest {
  switch (test.op) {
    case 'eq':
      return orAnyElement(equalTo(test.value));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return orAnyElement(comparedWith(test.op, test.value));
    case 'in':
      return orAnyElement(oneOf(test.values, test.patterns));
    case 'regex':
      return orAnyElement(like(test));
    case 'exists':
      return (leaf) => leaf !== undefined;
    case 'type':
      return orAnyElement((leaf) => leaf !== undefined && test.types.has(typeName(leaf)));
    case 'mod':
      return orAnyElement(
        (leaf) => isNumeric(leaf) && Math.trunc(Number(leaf)) % test.divisor === test.remainder,
      );
    case 'size':
      return (leaf) => Array.isArray(leaf) && leaf.length === test.count;
    case 'bits':
      return orAnyElement(bitTest(test.mode, test.mask));
    case 'elemMatchDocument': {
      const matches = compileNode(test.filter, variables);
      return (leaf) =>
        Array.isArray(leaf) &&
        leaf.some(
          (element) =>
            (rankOf(element) === typeRank.object || Array.isArray(element)) && matches(asDocument(element)),
        );
    }
    case 'elemMatchValue': {
      const matches = compileNode(test.tests, variables);
      return (leaf) => Array.isArray(leaf) && leaf.some((value) => matches({ value }));
    }
  }
}

function asDocument(element: unknown): Document {
  return Array.isArray(element) ? Object.fromEntries(element.entries()) : (element as Document);
}

function equalTo(value: unknown): LeafTest {
  if (typeof value === 'string' || typeof value === 'boolean') return (leaf) => leaf === value;
  if (value === null || value === undefined) return (leaf) => leaf === null || leaf === undefined;
  const rank = rankOf(value);
  if (rank === typeRank.objectId || rank === typeRank.object || rank === typeRank.array) {
    const bytes = valueKey(value);
    return (leaf) => rankOf(leaf) === rank && bytes.equals(valueKey(leaf));
  }
  return (leaf) => sameValue(leaf, value);
}

/** Greater and less compare only values of one kind, except with MinKey and MaxKey. */
function comparedWith(op: Comparison, value: unknown): LeafTest {
  const accepts = {
    eq: (order: number) => order === 0,
    gt: (order: number) => order > 0,
    gte: (order: number) => order >= 0,
    lt: (order: number) => order < 0,
    lte: (order: number) => order <= 0,
  }[op];
  const rank = rankOf(value);
  if (rank === typeRank.minKey || rank === typeRank.maxKey) {
    return (leaf) => leaf !== undefined && accepts(compareValues(leaf, value));
  }
  const isNaNWanted = isNumeric(value) && Number.isNaN(Number(value));
  return (leaf) => {
    if (rankOf(leaf) !== rank) return false;
    // NaN is neither less nor greater than any number, and equals itself.
    if (rank === typeRank.number && (isNaNWanted || Number.isNaN(Number(leaf)))) {
      return isNaNWanted && Number.isNaN(Number(leaf)) && accepts(0);
    }
    return accepts(compareValues(leaf, value));
  };
}

function oneOf(values: unknown[], patterns: RegExp[]): LeafTest {
  const strings = new Set<unknown>();
  const rest = new Set<string>();
  let hasNull = false;
  for (const value of values) {
    if (typeof value === 'string') strings.add(value);
    else if (value === null || value === undefined) hasNull = true;
    else rest.add(valueKey(value).toString('latin1'));
  }
  return (leaf) => {
    if (typeof leaf === 'string') return strings.has(leaf) || patterns.some((pattern) => pattern.test(leaf));
    if (leaf === null || leaf === undefined) return hasNull;
    return rest.size > 0 && rest.has(valueKey(leaf).toString('latin1'));
  };
}

/** A stored regular expression matches only itself. */
function like({ pattern, source, options }: Test & { op: 'regex' }): LeafTest {
  return (leaf) => {
    if (typeof leaf === 'string') return pattern.test(leaf);
    if (rankOf(leaf) !== typeRank.regex) return false;
    const stored = regexParts(leaf as RegExp);
    return stored.pattern === source && [...stored.options].sort().join('') === options;
  };
}

function bitTest(mode: 'AllSet' | 'AllClear' | 'AnySet' | 'AnyClear', mask: bigint): LeafTest {
  return (leaf) => {
    if (!isNumeric(leaf)) return false;
    const number = Number(leaf);
    if (!Number.isInteger(number)) return false;
    const set = BigInt.asUintN(128, BigInt(String(leaf).includes('E') ? number : String(leaf))) & mask;
    if (mode === 'AllSet') return set === mask;
    if (mode === 'AllClear') return set === 0n;
    return mode === 'AnySet' ? set !== 0n : set !== mask;
  };
}
