/**
 * Whether a partial index contains every document that a filter can match
 * (https://www.mongodb.com/docs/manual/core/index-partial/#query-coverage).
 */
import type { Document } from 'bson';
import { compareValues, rankOf, typeRank } from '../keys/valueKey.ts';
import { type FilterNode, parseFilter, type Test } from './filter.ts';
import { compileNode } from './match.ts';

export function conjuncts(node: FilterNode): FilterNode[] {
  return node.kind === 'and' ? node.nodes.flatMap(conjuncts) : [node];
}

export function impliesFilter(given: FilterNode[], wanted: Document): boolean {
  return impliesNode(given, parseFilter(wanted));
}

function impliesNode(given: FilterNode[], wanted: FilterNode): boolean {
  if (wanted.kind === 'and') return wanted.nodes.every((node) => impliesNode(given, node));
  if (wanted.kind === 'or') return wanted.nodes.some((node) => impliesNode(given, node));
  if (wanted.kind !== 'field') return false;
  return given.some(
    (node) => node.kind === 'field' && node.path === wanted.path && impliesTest(node.test, wanted.test),
  );
}

function impliesTest(given: Test, wanted: Test): boolean {
  if (given.op === 'eq') return valueSatisfies(given.value, wanted);
  if (given.op === 'in') {
    return given.patterns.length === 0 && given.values.every((value) => valueSatisfies(value, wanted));
  }
  if (wanted.op === 'exists') return !('value' in given) || rankOf(given.value) !== typeRank.null;
  if (given.op === 'type' && wanted.op === 'type') {
    return [...given.types].every((type) => wanted.types.has(type));
  }
  if (given.op === 'regex')
    return wanted.op === 'type' && wanted.types.has('string') && wanted.types.has('regex');
  return 'value' in given && rangeImplies(given, wanted);
}

const numericTypes = ['int', 'long', 'double', 'decimal'];

function valueSatisfies(value: unknown, wanted: Test): boolean {
  const rank = rankOf(value);
  if (rank === typeRank.null)
    return wanted.op === 'eq' && (wanted.value === null || wanted.value === undefined);
  if (wanted.op === 'size' || wanted.op === 'elemMatchDocument' || wanted.op === 'elemMatchValue')
    return false;
  // Equal numbers may be stored with different types.
  if (wanted.op === 'type' && rank === typeRank.number) {
    return numericTypes.every((type) => wanted.types.has(type));
  }
  return compileNode({ kind: 'field', path: 'value', parts: ['value'], test: wanted })({ value });
}

function rangeImplies(given: Test & { value: unknown }, wanted: Test): boolean {
  const rank = rankOf(given.value);
  if (wanted.op === 'type') {
    if (rank === typeRank.number) return numericTypes.every((type) => wanted.types.has(type));
    if (rank === typeRank.string) return wanted.types.has('string');
    return rank === typeRank.date && wanted.types.has('date');
  }
  if (!('value' in wanted) || wanted.op === 'eq' || rankOf(wanted.value) !== rank) return false;
  const order = compareValues(given.value, wanted.value);
  if (wanted.op === 'gt') return (given.op === 'gt' && order >= 0) || (given.op === 'gte' && order > 0);
  if (wanted.op === 'gte') return (given.op === 'gt' || given.op === 'gte') && order >= 0;
  if (wanted.op === 'lt') return (given.op === 'lt' && order <= 0) || (given.op === 'lte' && order < 0);
  return (given.op === 'lt' || given.op === 'lte') && order <= 0;
}
