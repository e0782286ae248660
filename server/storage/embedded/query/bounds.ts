/**
 * The values that can pass a test, as intervals of value keys. An interval may be wider than the test (then `isExact`
 * is false), never narrower.
 */
import { emptyArrayMark, isNumeric, rankOf, typeRank, valueKey } from '../keys/valueKey.ts';
import { after } from '../storage/byteKeys.ts';
import type { Comparison, FilterNode, Test } from './filter.ts';

/** Values whose key lies in [low, high). */
export interface Interval {
  low: Buffer;
  high: Buffer;
  isPoint: boolean;
}

export interface Bounds {
  /** In order, without overlaps. */
  intervals: Interval[];
  isExact: boolean;
}

export function boundsOf(test: Test): Bounds | undefined {
  switch (test.op) {
    case 'eq':
      return equalityBounds(test.value);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return comparisonBounds(test.op, test.value);
    case 'in':
      return test.patterns.length > 0 ? undefined : inBounds(test.values);
    case 'regex':
      return prefixBounds(test.pattern);
    case 'elemMatchValue':
      return elementBounds(test.tests);
    default:
      return undefined;
  }
}

function point(value: unknown): Interval {
  const low = valueKey(value);
  return { low, high: after(low)!, isPoint: true };
}

function equalityBounds(value: unknown): Bounds | undefined {
  if (value === undefined || rankOf(value) === typeRank.regex) return undefined;
  if (Array.isArray(value)) {
    // A multikey index holds the elements, not the array: any one of them must be there.
    const element = value.length === 0 ? emptyArrayMark : value[0];
    return { intervals: tidy([point(element), point(value)]), isExact: false };
  }
  return { intervals: [point(value)], isExact: value !== null };
}

function inBounds(values: unknown[]): Bounds | undefined {
  const parts = values.map(equalityBounds);
  if (parts.some((part) => part === undefined)) return undefined;
  return {
    intervals: tidy(parts.flatMap((part) => part!.intervals)),
    isExact: parts.every((part) => part!.isExact),
  };
}

const lowestNumber: Buffer = Buffer.from([typeRank.number, 0, 0, 0, 0, 0, 0, 0, 1]);

function comparisonBounds(op: Comparison, value: unknown): Bounds | undefined {
  const rank = rankOf(value);
  if (rank === typeRank.minKey || rank === typeRank.maxKey || rank === typeRank.array) return undefined;
  if (isNumeric(value) && Number.isNaN(Number(value))) return undefined;
  if (rank === typeRank.null) {
    const includesNull = op === 'gte' || op === 'lte';
    return { intervals: includesNull ? [point(null)] : [], isExact: false };
  }
  const key = valueKey(value);
  // NaN is the lowest number and is neither less nor greater than any.
  let low: Buffer = rank === typeRank.number ? lowestNumber : Buffer.from([rank]);
  let high: Buffer = Buffer.from([rank + 1]);
  if (op === 'gt') low = after(key)!;
  if (op === 'gte') low = key;
  if (op === 'lt') high = key;
  if (op === 'lte') high = after(key)!;
  const isEmpty = Buffer.compare(low, high) >= 0;
  return { intervals: isEmpty ? [] : [{ low, high, isPoint: false }], isExact: true };
}

/** /^abc/ gives the strings that begin with abc; a stored regex can match too, and it sorts elsewhere. */
function prefixBounds(pattern: RegExp): Bounds | undefined {
  if (/[im]/.test(pattern.flags)) return undefined;
  const prefix = /^\^((?:[\p{L}\p{N} _\-:@#%&,;"'/=<>~`!]|\\[.+*?()[\]{}^$|\\/-])+)(.?)/u.exec(
    pattern.source,
  );
  if (prefix === null || pattern.source.includes('|')) return undefined;
  let text = prefix[1]!.replace(/\\(.)/g, '$1');
  if (/[*?{]/.test(prefix[2]!)) text = [...text].slice(0, -1).join('');
  if (text === '') return undefined;
  const key = valueKey(text);
  const low = key.subarray(0, key.length - 1);
  const regexes = Buffer.from([typeRank.regex]);
  return {
    intervals: [
      { low, high: after(low)!, isPoint: false },
      { low: regexes, high: after(regexes)!, isPoint: false },
    ],
    isExact: false,
  };
}

function elementBounds(tests: FilterNode): Bounds | undefined {
  const nodes = tests.kind === 'and' ? tests.nodes : [tests];
  let bounds: Bounds | undefined;
  for (const node of nodes) {
    const part = node.kind === 'field' ? boundsOf(node.test) : undefined;
    if (part !== undefined) bounds = bounds === undefined ? part : intersect(bounds, part);
  }
  return bounds === undefined ? undefined : { intervals: bounds.intervals, isExact: false };
}

export function intersect(left: Bounds, right: Bounds): Bounds {
  const intervals: Interval[] = [];
  for (const a of left.intervals) {
    for (const b of right.intervals) {
      const low = Buffer.compare(a.low, b.low) >= 0 ? a.low : b.low;
      const high = Buffer.compare(a.high, b.high) <= 0 ? a.high : b.high;
      if (Buffer.compare(low, high) < 0) intervals.push({ low, high, isPoint: a.isPoint || b.isPoint });
    }
  }
  return { intervals: tidy(intervals), isExact: left.isExact && right.isExact };
}

function tidy(intervals: Interval[]): Interval[] {
  const sorted = [...intervals].sort((a, b) => Buffer.compare(a.low, b.low));
  return sorted.filter((interval, at) => at === 0 || !interval.low.equals(sorted[at - 1]!.low));
}

/** The same interval in a descending field, where every byte is inverted. */
export function invertInterval({ low, high, isPoint }: Interval): Interval {
  if (isPoint) {
    const turned = invert(low);
    return { low: turned, high: after(turned)!, isPoint };
  }
  return { low: after(invert(high))!, high: after(invert(low))!, isPoint };
}

function invert(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => ~byte & 0xff));
}
